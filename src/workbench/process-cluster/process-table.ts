import { readdir, readFile } from "node:fs/promises";

/** A process that has not ended. */
export interface ProcessEntry {
  readonly id: number;
  /** Id of its process group. */
  readonly group: number;
  /** When it started, in a form that only equals itself: the system gives an id to another process after the first one's end. */
  readonly started: string;
  /** Its environment variables, each followed by a zero byte; empty once it is about to end. */
  readonly environment: Buffer;
}

/** The machine's processes, as far as the bench needs them to end what a node has started. A test brings its own. */
export interface ProcessTable {
  /** Every process but this one. */
  list(): Promise<readonly ProcessEntry[]>;
  kill(id: number): void;
  /** Waits a moment, so that a killed process can end. */
  pause(): Promise<void>;
}

/** How long to wait before the next look at processes that are about to end (ms). */
const PAUSE = 5;

/** Linux's own table, under /proc. It is empty on every other system. */
export const systemProcesses: ProcessTable = {
  list: async () => {
    const names = await readdir("/proc").catch(() => []);
    const ids = names.map(Number).filter((id) => Number.isInteger(id) && id !== process.pid);
    const entries = await Promise.all(ids.map(entryOf));
    return entries.filter((entry) => entry !== undefined);
  },
  kill: (id) => {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  },
  pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE)),
};

/** `undefined` if the process has ended, even if its parent has not noticed yet. */
async function entryOf(id: number): Promise<ProcessEntry | undefined> {
  const status = await readFile(`/proc/${id}/stat`, "latin1").catch(() => undefined);
  if (status === undefined) return undefined;
  // The second field is the program's name in parentheses, which may hold anything; the fields 3, 4, … follow.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields;
  if (state === "Z" || state === "X") return undefined;
  // Another user's process does not show its environment.
  const environment = await readFile(`/proc/${id}/environ`).catch(() => Buffer.alloc(0));
  return { id, group: Number(group), started: fields[22 - 3] ?? "", environment };
}
