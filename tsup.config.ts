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
    // What others embed: a file of src/library for each subpath of package.json's `exports`. What it uses is built in, but
    // for the brokers' own libraries.
    entry: ["src/library/*.ts"],
    format: ["esm", "cjs"],
    dts: true,
    target: "node20",
    platform: "node",
    noExternal: [/^(?!@nats-io\/)/],
    splitting: true,
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
