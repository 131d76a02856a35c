import { defineConfig } from "tsup";
import { builtLibrary } from "../support/built-library.js";

/** Builds the soak and its members, which embed the built library; packages stay outside. */
export default defineConfig({
  entry: { run: "test/soak/run.ts", "one-cluster": "test/soak/one-cluster.ts", member: "test/soak/member/member.ts" },
  outDir: "node_modules/.cache/soak",
  format: "esm",
  target: "node20",
  silent: true,
  external: [/^[^.]/],
  esbuildPlugins: [builtLibrary],
});
