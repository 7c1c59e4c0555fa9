// The samples of the component tests, for scripts that Node 20 runs as they are.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../samples.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});
const source = Buffer.from(outputFiles[0].text).toString("base64");
export const samples = await import(`data:text/javascript;base64,${source}`);
