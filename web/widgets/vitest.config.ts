import { defineConfig } from "vitest/config";

import { alias } from "./stubs/alias.mjs";

export default defineConfig({
  // The components run on what the widgets ship, and as they are built there.
  oxc: { jsx: { runtime: "automatic", development: false } },
  resolve: { alias: Object.entries(alias).map(([name, replacement]) => ({ find: new RegExp(`^${name}$`), replacement })) },
  test: {
    include: ["test/*.test.ts"],
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "https://widget.example/" } },
  },
});
