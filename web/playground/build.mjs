// Builds the playground: `node build.mjs` writes its script, its stylesheet and the licenses of what
// is in them where the server embeds them, `--verify` compares what is there with a fresh build,
// `--budget` checks sizes.
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here("../../crates/ui/static");

/** Largest script and stylesheet, in bytes after `gzip -9`. */
const BUDGETS = { "playground.js": 160_000, "playground.css": 8_000 };

const banner = `/*! The playground of countersign, with the MCP client and ext-apps (Apache-2.0, MIT) and other packages.
 Their licenses: /assets/playground-licenses.txt */`;

/** The MCP client has these built in, without their licenses. */
const BUILT_IN = ["@cfworker/json-schema", "content-type"];

/** zod's words for what is wrong in forty languages are a quarter of the script: English stays. */
const english = {
  name: "english",
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export { default as en } from "./en.js";' }));
  },
};

const settings = { absWorkingDir: here("."), bundle: true, minify: true, charset: "utf8", legalComments: "none", metafile: true, write: false };

const script = await build({
  ...settings,
  entryPoints: ["src/main.tsx"],
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [english],
  define: { "process.env.NODE_ENV": '"production"' },
  // ext-apps writes every message of a widget into the console, and with it what tools say about people.
  pure: ["console.debug", "console.log"],
  banner: { js: banner },
});
const style = await build({ ...settings, entryPoints: ["src/style.css"], target: "chrome123" });
const files = [
  ["playground.js", Buffer.from(script.outputFiles[0].contents)],
  ["playground.css", Buffer.from(style.outputFiles[0].contents)],
  ["playground_licenses.txt", Buffer.from(await licensesOf(script.metafile))],
];

if (process.argv.includes("--verify")) {
  for (const [name, expected] of files) {
    const there = await readFile(`${OUT}/${name}`).catch(() => Buffer.alloc(0));
    if (!there.equals(expected)) {
      console.error(`${OUT}/${name} is not what the sources build. Run: npm run build`);
      process.exitCode = 1;
    }
  }
} else if (!process.argv.includes("--budget")) {
  for (const [name, contents] of files) await writeFile(`${OUT}/${name}`, contents);
}

for (const [name, contents] of files) {
  const budget = BUDGETS[name];
  if (budget === undefined) continue;
  const size = gzipSync(contents, { level: 9 }).length;
  console.log(`${name}: ${contents.length} bytes, ${size} after gzip -9 (at most ${budget})`);
  if (size > budget) process.exitCode = 1;
}

/** Name, version and license text of every package of which something is in the script. */
async function licensesOf(metafile) {
  const [output] = Object.values(metafile.outputs);
  const packages = new Set(BUILT_IN);
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const [, name] = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
    if (name && bytesInOutput > 0) packages.add(name);
  }
  // Several share one text.
  const holders = new Map();
  for (const name of [...packages].sort()) {
    const folder = here(`node_modules/${name}`);
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    // A package may name its license and bring no text of it.
    const text = (await readFile(`${folder}/LICENSE`, "utf8").catch(() => readFile(here(`licenses/${name.replace("/", "_")}.txt`), "utf8"))).trim();
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version}, ${license}`]);
  }
  const parts = ["playground.js contains code of these packages."];
  for (const [text, names] of holders) parts.push(names.join("\n"), text);
  return `${parts.join("\n\n")}\n`;
}
