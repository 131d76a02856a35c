import { readFileSync } from "node:fs";
import { codeOf } from "./directory.js";

/** A process for good: its id alone may be given to another one after its end. */
export interface ProcessIdentity {
  readonly id: number;
  /** When it started, in a form that only equals itself; empty where the system does not say. */
  readonly started: string;
}

export function thisProcess(): ProcessIdentity {
  return { id: process.pid, started: startOf(process.pid) ?? "" };
}

/** Does that very process still run? A killed one that its parent has not noticed yet does not. */
export function isRunning({ id, started }: ProcessIdentity): boolean {
  const now = startOf(id);
  if (now !== undefined) return now !== "" && (started === "" || now === started);
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/**
 * When the process with that id started (Linux: the boot's id and the clock ticks since); empty if it is dead;
 * `undefined` where the system does not say, or hides the process.
 */
function startOf(id: number): string | undefined {
  const boot = read("/proc/sys/kernel/random/boot_id");
  if (boot === undefined) return undefined;
  const status = read(`/proc/${id}/stat`);
  if (status === undefined) return undefined;
  // The second field is the program's name in parentheses, which may hold anything; what follows is fields 3, 4, …
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const ticks = fields[22 - 3];
  return state === "Z" || state === "X" ? "" : `${boot}/${ticks}`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return undefined;
  }
}
