import { readFileSync } from "node:fs";
import { codeOf } from "./system-error.js";

/** Permanent identity of a process: the system may reuse its id after its end. */
export interface ProcessIdentity {
  readonly id: number;
  /** Start time, in a form that only supports comparison; empty if the system does not tell. */
  readonly started: string;
}

export function thisProcess(): ProcessIdentity {
  return { id: process.pid, started: startOf(process.pid) ?? "" };
}

/** Whether that very process still runs. A killed process that its parent has not reaped yet does not. */
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
 * Start time of the process with that id (Linux: the boot's id and the clock ticks since); empty if it is dead;
 * `undefined` if the system does not tell, or hides the process.
 */
function startOf(id: number): string | undefined {
  const boot = read("/proc/sys/kernel/random/boot_id");
  if (boot === undefined) return undefined;
  const status = read(`/proc/${id}/stat`);
  if (status === undefined) return undefined;
  // The second field is the program's name in parentheses, with any content; fields 3, 4, … follow.
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
