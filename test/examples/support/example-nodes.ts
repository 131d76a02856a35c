import { spawnSync } from "node:child_process";

/** The languages of the example nodes, by the endings of their files. */
export const EXTENSIONS = ["py", "js"] as const;

/** Whether this machine can run programs with such an ending; says so if it cannot. */
export function ready(extension: (typeof EXTENSIONS)[number]): boolean {
  if (extension === "js" || spawnSync("python3", ["--version"]).status === 0) return true;
  console.warn("skipped: the example nodes in Python need python3");
  return false;
}
