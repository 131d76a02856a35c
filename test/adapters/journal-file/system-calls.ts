import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { onTestFinished } from "vitest";

/** The functions of `node:fs` as they are. */
export const real: Readonly<typeof fs> = { ...fs };

/** Replaces functions of `node:fs` until the end of the test, for what no test can make a real system do. */
export function replaceCalls(fakes: Readonly<Record<string, unknown>>): void {
  const replaced = Object.entries(real).filter(([name]) => name in fakes);
  const put = (functions: Readonly<Record<string, unknown>>) => {
    Object.assign(fs, functions);
    syncBuiltinESMExports();
  };
  onTestFinished(() => put(Object.fromEntries(replaced)));
  put(fakes);
}

/** An error of the system with that code. */
export const systemError = (code: string) => Object.assign(new Error(`${code}: a reason, call`), { code });

/** Returns a function that fails like the system. */
export function failWith(code: string): () => never {
  return () => {
    throw systemError(code);
  };
}
