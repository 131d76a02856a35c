import { defineConfig } from "tsup";

/** Builds the program for hosts in namespaces; packages stay outside. */
export default defineConfig({
  entry: ["test/hosts/run.ts"],
  outDir: "node_modules/.cache/hosts",
  format: "esm",
  target: "node20",
  silent: true,
  external: [/^[^.]/],
});
