import { defineConfig } from "tsup";

export default defineConfig([
  {
    // The Maelstrom binary: one self-contained executable file, so every dependency is bundled.
    entry: { node: "src/entry/node.ts" },
    format: "esm",
    target: "node20",
    platform: "node",
    noExternal: [/.*/],
    splitting: false,
    minify: true,
  },
  {
    entry: { cli: "src/entry/cli.ts" },
    format: "esm",
    target: "node20",
    platform: "node",
    splitting: false,
  },
  {
    // What the pages run in the browser; the command puts it into each page that it writes.
    entry: { "report-page": "src/report-page/main.ts" },
    format: "iife",
    target: "es2022",
    platform: "browser",
    noExternal: [/.*/],
    tsconfig: "src/report-page/tsconfig.json",
    minify: true,
    outExtension: () => ({ js: ".js" }),
  },
]);
