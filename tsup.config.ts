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
]);
