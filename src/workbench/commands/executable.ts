import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./exit-codes.js";

/** The built node, which lies beside the built command. */
export function builtNode(): string {
  return fileURLToPath(new URL("./node.js", import.meta.url));
}

/** The absolute path of an executable file; throws UsageError when there is none at that path. */
export function executableAt(path: string): string {
  const absolute = resolve(path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`--bin: there is no file ${absolute}`);
  if (!stats.isFile()) throw new UsageError(`--bin: ${absolute} is not a file`);
  try {
    accessSync(absolute, constants.X_OK);
  } catch {
    throw new UsageError(`--bin: ${absolute} is not executable (chmod +x it)`);
  }
  return absolute;
}
