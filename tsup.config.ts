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
    // With what it uses built in it starts in less than half the time: Node need not look for a hundred files.
    entry: { cli: "src/entry/cli.ts" },
    format: "esm",
    target: "node20",
    platform: "node",
    noExternal: [/.*/],
    // For the CommonJS in it, which asks for Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
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
