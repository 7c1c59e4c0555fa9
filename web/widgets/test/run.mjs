// Node 20 runs no TypeScript: the tests are built first, with the same stand-ins as the widgets.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

import { absent } from "../stubs/absent.mjs";
import { alias } from "../stubs/alias.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tests = readdirSync(here).filter((name) => /\.test\.tsx?$/.test(name));
// Beside the packages, where the built tests find the ones that are not built in.
const outdir = mkdtempSync(fileURLToPath(new URL("../node_modules/.tests-", import.meta.url)));
try {
  await build({
    absWorkingDir: here,
    entryPoints: ["page.ts", ...tests],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    jsx: "automatic",
    alias,
    plugins: [absent],
    external: ["jsdom", "axe-core", "@testing-library/*"],
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  const built = tests.map((name) => join(outdir, name.replace(/tsx?$/, "mjs")));
  const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...built], {
    stdio: "inherit",
    // Testing Library looks for a document as soon as it is loaded.
    env: { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(join(outdir, "page.mjs")).href}` },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true });
}
