// Builds the script of the sign-in page: `node build.mjs` writes it where the server embeds it,
// `--verify` compares what is there with a fresh build, `--budget` checks its size.
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { alias } from "./stubs/alias.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SCRIPT = here("../../crates/ui/static/privy.js");
const LICENSES = here("../../crates/ui/static/privy_licenses.txt");

/** Largest script, in bytes after `gzip -9`. */
const BUDGET = 40_000;

const banner = `/*! The sign-in page of countersign, with Privy's js-sdk-core (Apache-2.0) and other packages.
 Their licenses: /assets/privy-licenses.txt */`;

const made = await build({
  absWorkingDir: here("."),
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: banner },
  alias,
  metafile: true,
  write: false,
});
const script = Buffer.from(made.outputFiles[0].contents);
const licenses = Buffer.from(await licensesOf(made.metafile));

if (process.argv.includes("--verify")) {
  for (const [path, expected] of [[SCRIPT, script], [LICENSES, licenses]]) {
    if (!(await readFile(path)).equals(expected)) {
      console.error(`${path} is not what the sources build. Run: npm run build`);
      process.exitCode = 1;
    }
  }
} else if (!process.argv.includes("--budget")) {
  await writeFile(SCRIPT, script);
  await writeFile(LICENSES, licenses);
}

const size = gzipSync(script, { level: 9 }).length;
console.log(`privy.js: ${script.length} bytes, ${size} after gzip -9 (at most ${BUDGET})`);
if (size > BUDGET) process.exitCode = 1;

/** Name, version and license text of every package of which something is in the script. */
async function licensesOf(metafile) {
  const [output] = Object.values(metafile.outputs);
  const packages = new Set();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const [, name] = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
    if (name && bytesInOutput > 0) packages.add(name);
  }
  // Several share one text.
  const holders = new Map();
  for (const name of [...packages].sort()) {
    const folder = here(`node_modules/${name}`);
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const text = await readFile(`${folder}/LICENSE`, "utf8").catch(() =>
      readFile(`${folder}/LICENSE.md`, "utf8"),
    );
    const holder = `${name} ${version}, ${license}`;
    holders.set(text.trim(), [...(holders.get(text.trim()) ?? []), holder]);
  }
  const parts = ["privy.js contains code of these packages."];
  for (const [text, names] of holders) parts.push(names.join("\n"), text);
  return `${parts.join("\n\n")}\n`;
}
