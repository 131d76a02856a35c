/** How Stryker switches mutants on and off. */
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** When Stryker switches the mutant on: before the modules are loaded, or for the tests alone. */
    mutantActivation?: "static" | "runtime";
    /** Whether Stryker tries a mutant, or counts which tests reach which mutants. */
    mode?: "mutant" | "dry-run";
    /** Name of the global object by which Stryker switches mutants. */
    globalNamespace?: string;
  }
}

/** The global object that the mutants look at. */
interface Switches {
  activeMutant?: string | undefined;
}

/** `undefined` if it is not Stryker that runs the tests. */
export function switches(): Switches | undefined {
  const name = inject("globalNamespace");
  return name === undefined ? undefined : (globalThis as unknown as Record<string, Switches | undefined>)[name];
}

/** Whether Stryker counts which tests reach which mutants. This takes many times longer than the tests take. */
export const isDryRun = () => inject("mode") === "dry-run";

/** Whether the mutant is on for the tests alone, so that the modules were loaded without it. */
export const isOnForTestsAlone = () => inject("mutantActivation") === "runtime";
