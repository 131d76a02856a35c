import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Options } from "tsup";
import { noteLicences, writeNotices } from "./scripts/notices.js";

// The configurations below share this process; at its end all bundles are complete.
process.once("exit", (code) => {
  if (code === 0) writeNotices("dist/THIRD-PARTY-NOTICES.txt");
});

const privateMetadata = JSON.stringify(fileURLToPath(new URL("scripts/private-metadata.js", import.meta.url)));

/**
 * inversify keeps ids in the global `Reflect`, by reflect-metadata. That is the application's, and may be frozen: in the library
 * inversify gets a map of its own. The Maelstrom node alone loads it, in src/composition-root.ts.
 */
const withoutReflectMetadata: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "without-reflect-metadata",
  setup: (build) => {
    build.onResolve({ filter: /^reflect-metadata(\/|$)/ }, () => ({ path: "nothing", namespace: "nothing" }));
    build.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "" }));
    build.onLoad({ filter: /@inversifyjs\/reflect-metadata-utils\/.*\.js$/ }, ({ path }) => ({
      contents: `import { metadata as Reflect } from ${privateMetadata};\n${readFileSync(path, "utf8")}`,
    }));
  },
};

/** For the CommonJS in a bundle of ES modules, which asks for Node's own modules. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

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
    esbuildPlugins: [noteLicences],
  },
  {
    // With what it uses built in it starts in less than half the time: Node need not look for a hundred files.
    entry: { cli: "src/entry/cli.ts" },
    esbuildPlugins: [noteLicences],
    format: "esm",
    target: "node20",
    platform: "node",
    noExternal: [/.*/],
    banner: { js: REQUIRE },
    splitting: false,
  },
  {
    // `tidecast serve`, which the command loads when it is asked for: the library with a framework for HTTP.
    entry: { serve: "src/entry/serve.ts" },
    format: "esm",
    target: "node20",
    platform: "node",
    noExternal: [/.*/],
    banner: { js: REQUIRE },
    splitting: false,
    esbuildPlugins: [noteLicences, withoutReflectMetadata],
  },
  {
    // What others embed: a file of src/library for each subpath of package.json's `exports`. What it uses is built in, but
    // for the brokers' own libraries.
    entry: ["src/library/*.ts"],
    format: ["esm", "cjs"],
    dts: true,
    target: "node20",
    platform: "node",
    noExternal: [/^(?!@nats-io\/|@opentelemetry\/)/],
    splitting: true,
    esbuildPlugins: [noteLicences, withoutReflectMetadata],
  },
  {
    // What the pages run in the browser; the command puts it into each page that it writes.
    entry: { "report-page": "src/report-page/main.ts" },
    esbuildPlugins: [noteLicences],
    format: "iife",
    target: "es2022",
    platform: "browser",
    noExternal: [/.*/],
    tsconfig: "src/report-page/tsconfig.json",
    minify: true,
    outExtension: () => ({ js: ".js" }),
  },
]);
