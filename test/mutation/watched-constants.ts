/** The constants of `src/domain/config.ts` behind accessors, which note the readers, and give one constant another value for a while. */
import * as config from "../../src/domain/config.js";
import { type Constants, pathsOf } from "./constant-paths.js";

const values = new Map(pathsOf(config));
/** The constants that the running test has read; `undefined` between tests. */
let read: Set<string> | undefined;

function watch(constants: Constants, path: string): void {
  for (const [name, inner] of Object.entries(constants)) {
    const innerPath = path === "" ? name : `${path}.${name}`;
    if (typeof inner !== "number") watch(inner, innerPath);
    else
      Object.defineProperty(constants, name, {
        enumerable: true,
        get() {
          read?.add(innerPath);
          return values.get(innerPath);
        },
      });
  }
}

watch(config, "");

/** Runs a test, and returns the constants that it reads. */
export async function constantsReadBy(test: () => unknown): Promise<ReadonlySet<string>> {
  const readHere = new Set<string>();
  read = readHere;
  try {
    await test();
  } finally {
    read = undefined;
  }
  return readHere;
}

/** Runs a test while a constant has another value. */
export async function withConstant(path: string, value: number, test: () => unknown): Promise<void> {
  const before = values.get(path) as number;
  values.set(path, value);
  try {
    await test();
  } finally {
    values.set(path, before);
  }
}
