// Node 20 runs no TypeScript: the tests are built first, each with what it imports.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

import { alias } from "../stubs/alias.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts"));
// What is CommonJS in the SDK's tree asks for `require`.
const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
const outdir = mkdtempSync(join(tmpdir(), "privy-tests-"));
await build({
  absWorkingDir: here,
  entryPoints: tests,
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  alias,
  banner,
  platform: "node",
  format: "esm",
  logLevel: "warning",
});
const built = tests.map((name) => join(outdir, name.replace(/ts$/, "mjs")));
const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...built], { stdio: "inherit" });
rmSync(outdir, { recursive: true });
process.exitCode = status ?? 1;
