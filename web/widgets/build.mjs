// Builds the widgets: `node build.mjs` writes each where the app embeds it, `--verify` compares what
// is there with a fresh build, `--budget` checks sizes.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { absent } from "./stubs/absent.mjs";
import { alias } from "./stubs/alias.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUT = here("../../apps/index-network/widgets");

const WIDGETS = [
  { name: "intent-display", title: "Intents", entry: "src/main_intent_display.ts" },
  { name: "discover-connections", title: "People to meet", entry: "src/main_discover_connections.ts" },
];

/** Largest widget, in bytes after `gzip -9`. */
const BUDGET = 90_000;

const settings = {
  absWorkingDir: here("."),
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
};

const style = await text({ ...settings, entryPoints: ["src/style.css"], target: "chrome123" });
const files = [];
for (const { name, title, entry } of WIDGETS) {
  const { script, metafile } = await bundle(entry);
  files.push([`${name}.html`, Buffer.from(page(title, script, await licensesOf(packagesOf(metafile))))]);
}

if (process.argv.includes("--verify")) {
  for (const [name, expected] of files) {
    const there = await readFile(`${OUT}/${name}`).catch(() => Buffer.alloc(0));
    if (!there.equals(expected)) {
      console.error(`${OUT}/${name} is not what the sources build. Run: npm run build`);
      process.exitCode = 1;
    }
  }
} else if (!process.argv.includes("--budget")) {
  await mkdir(OUT, { recursive: true });
  for (const [name, contents] of files) await writeFile(`${OUT}/${name}`, contents);
}

for (const [name, contents] of files) {
  const size = gzipSync(contents, { level: 9 }).length;
  console.log(`${name}: ${contents.length} bytes, ${size} after gzip -9 (at most ${BUDGET})`);
  if (size > BUDGET) process.exitCode = 1;
}

async function text(options) {
  const { outputFiles } = await build(options);
  return outputFiles[0].text.trim();
}

async function bundle(entry) {
  const { outputFiles, metafile, warnings } = await build({
    ...settings,
    entryPoints: [entry],
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    alias,
    plugins: [absent],
    define: { "process.env.NODE_ENV": '"production"' },
    // ext-apps logs every message, and with it what the tool said about people.
    drop: ["console"],
  });
  if (warnings.length > 0) throw new Error("the build warns: see above");
  return { script: outputFiles[0].text.trim(), metafile };
}

/** Hosts are given nothing but this page, so the licenses of what is in it travel at its end. */
function page(title, script, licenses) {
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style) || /<!--|--!?>/.test(licenses)) {
    throw new Error("the script, the style or the licenses would end their own place");
  }
  return `<!doctype html>
<!-- A widget of countersign (MIT OR Apache-2.0). What else is in it, with its licenses: at the end. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main id="root"></main>
<script type="module">${script}</script>
</body>
</html>
<!--
${licenses}-->
`;
}

/** The packages of which something is in the output. */
function packagesOf(metafile) {
  const [output] = Object.values(metafile.outputs);
  const found = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter((name) => name !== undefined);
  // The MCP client has it built in, without its license.
  return [...new Set([...found, "content-type"])].sort();
}

/** Name, version and license text of each package. */
async function licensesOf(names) {
  // Several share one text.
  const holders = new Map();
  for (const name of names) {
    const folder = here(`node_modules/${name}`);
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const license_text = (await readFile(`${folder}/LICENSE`, "utf8")).trim();
    holders.set(license_text, [...(holders.get(license_text) ?? []), `${name} ${version}, ${license}`]);
  }
  const parts = ["This page contains code of these packages."];
  for (const [license_text, of] of holders) parts.push(of.join("\n"), license_text);
  return `${parts.join("\n\n")}\n`;
}
