/** Gives one constant another value before the modules under test read it; see `constants.ts`. */
import { inject } from "vitest";
import * as config from "../../src/domain/config.js";
import { setConstant } from "./constant-paths.js";

declare module "vitest" {
  interface ProvidedContext {
    changedConstant?: { readonly path: string; readonly value: number };
  }
}

const changed = inject("changedConstant");
if (changed !== undefined) setConstant(config, changed.path, changed.value);
