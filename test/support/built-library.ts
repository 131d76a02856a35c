import { basename } from "node:path";
import type { Options } from "tsup";

/** For programs below `node_modules/.cache`: they load what users install, not what their own build would make of its source. */
export const builtLibrary: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "built-library",
  setup: (build) =>
    build.onResolve({ filter: /\/src\/library\/\w+\.js$/ }, ({ path }) => ({
      path: `../../../dist/${basename(path)}`,
      external: true,
    })),
};
