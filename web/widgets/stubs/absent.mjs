// The widgets speak to hosts through ext-apps, which brings a whole MCP client and all of zod. What
// of them only compiles schemas, writes JSON Schema or speaks forty languages is left out.
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const STANDS_FOR = [
  [/\/zod\/.*\/locales\/index\.js$/, here("none.mjs")],
  [/\/zod\/.*\/compile\.js$/, here("zod.mjs")],
  [/\/zod\/.*\/(?:from-json-schema|json-schema-generator|json-schema-processors|to-json-schema)\.js$/, here("zod.mjs")],
];
// Neither package says that its modules may be dropped when nothing of them is used.
const DROPPABLE = /\/node_modules\/(?:@modelcontextprotocol|zod)\//;

/** esbuild plugin. A new version may import a name that has no stub yet; the build names it. */
export const absent = {
  name: "absent",
  setup(build) {
    build.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === absent || kind === "entry-point") return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: absent });
      const posix = found.path.replaceAll("\\", "/");
      const [, stub] = STANDS_FOR.find(([pattern]) => pattern.test(posix)) ?? [];
      if (stub) return { path: stub, sideEffects: false };
      return DROPPABLE.test(posix) ? { ...found, sideEffects: false } : found;
    });
  },
};
