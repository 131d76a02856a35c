import { readdirSync, statSync } from "node:fs";
import { printable } from "../model/printable.js";
import type { BenchResult } from "../model/result.js";
import { adviceOnShebang } from "./executable.js";

/** How the nodes of a run were started, as far as that may explain a failure. */
export interface Circumstances {
  /** Path of the executable. */
  readonly bin: string;
  /** The folder of `--logs`, if it was given. */
  readonly logs: string | undefined;
  /** Folders among the nodes' arguments that already held files before the run. */
  readonly usedFolders: readonly string[];
}

/** Returns the existing, non-empty folders among the nodes' arguments. */
export function usedFoldersAmong(args: readonly string[]): string[] {
  return args.map((arg) => arg.slice(arg.startsWith("-") ? arg.indexOf("=") + 1 : 0)).filter(holdsFiles);
}

/** Returns advice for a failed run, one line each. */
export function adviceOn({ violations }: BenchResult, { bin, logs, usedFolders }: Circumstances): string[] {
  const broke = (rule: string) => violations.some((violation) => violation.rule === rule);
  const advice: string[] = [];
  const shebang = broke("node-ended") ? adviceOnShebang(bin) : undefined;
  if (shebang !== undefined) advice.push(shebang);
  // Values of an earlier run are the same small numbers, so they look invented or too early.
  if ((broke("value-invented") || broke("side-channel")) && usedFolders.length > 0) {
    const folders = usedFolders.map(printable).join(", ");
    advice.push(`${folders} already held files before this run, perhaps values of an earlier run: use an empty folder`);
  }
  if (violations.some(({ lastWords }) => lastWords !== undefined)) {
    const kept =
      logs === undefined
        ? "use --logs DIR to keep everything that the nodes write to stderr"
        : `the complete stderr of the nodes is in ${printable(logs)}`;
    advice.push(kept);
  }
  return advice;
}

function holdsFiles(path: string): boolean {
  try {
    return path !== "" && statSync(path).isDirectory() && readdirSync(path).length > 0;
  } catch {
    return false;
  }
}
