import { readdirSync, statSync } from "node:fs";
import { printable } from "../model/printable.js";
import type { BenchResult } from "../model/result.js";
import { adviceOnShebang } from "./executable.js";

/** How the nodes of a run were started, as far as it may explain what went wrong. */
export interface Circumstances {
  /** Path of the executable. */
  readonly bin: string;
  /** The folder of `--logs`, if it was given. */
  readonly logs: string | undefined;
  /** Folders among the nodes' arguments that held files before the run. */
  readonly usedFolders: readonly string[];
}

/** The folders among the nodes' arguments that are there and hold something. */
export function usedFoldersAmong(args: readonly string[]): string[] {
  return args.map((arg) => arg.slice(arg.startsWith("-") ? arg.indexOf("=") + 1 : 0)).filter(holdsFiles);
}

/** What the user may do about a run that failed, one line each. */
export function adviceOn({ violations }: BenchResult, { bin, logs, usedFolders }: Circumstances): string[] {
  const broke = (rule: string) => violations.some((violation) => violation.rule === rule);
  const advice: string[] = [];
  const shebang = broke("node-ended") ? adviceOnShebang(bin) : undefined;
  if (shebang !== undefined) advice.push(shebang);
  // An earlier run's values are the same small numbers as this one's: they look invented, or as though they came too early.
  if ((broke("value-invented") || broke("side-channel")) && usedFolders.length > 0) {
    const folders = usedFolders.map(printable).join(", ");
    advice.push(`${folders} held files before this run, perhaps values of an earlier one: begin with an empty folder`);
  }
  if (violations.some(({ lastWords }) => lastWords !== undefined)) {
    const kept =
      logs === undefined
        ? "--logs DIR keeps all that the nodes write to stderr"
        : `all of their stderr is in ${printable(logs)}`;
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
