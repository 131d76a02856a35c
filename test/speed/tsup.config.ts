import { defineConfig } from "tsup";
import { builtLibrary } from "../support/built-library.js";

/** Builds the benchmark for the Node that runs it. The packages stay outside, because their own speed matters here. */
export default defineConfig({
  entry: [
    "test/speed/speed.ts",
    "test/speed/bare-loop.ts",
    "test/speed/backlog-process.ts",
    "test/speed/node-heap.ts",
    "test/speed/retention-process.ts",
    "comparison/src/member-process.ts",
  ],
  outDir: "node_modules/.cache/speed",
  format: "esm",
  target: "node20",
  silent: true,
  // The folder of the comparison installs what only its own Node can run.
  external: [/^[^.]/],
  esbuildOptions: (options) => {
    options.outbase = "test/speed";
    options.entryNames = "[name]";
    options.chunkNames = "[name]-[hash]";
  },
  esbuildPlugins: [builtLibrary],
});
