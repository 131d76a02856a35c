import { type ProcessEntry, type ProcessTable, systemProcesses } from "./process-table.js";

/** Environment variable that identifies the processes of a node, in any session. */
export const MARK = "TIDECAST_BENCH_NODE";

/** Number of times that the process table is read before the bench continues: at least 5 s with its pauses. A killed process exits sooner, unless the system is faulty. */
const MOST_LOOKS = 1000;

/** The variable's value for a node of a run. */
export function markOf(run: string, nodeId: string): string {
  return `${run}/${nodeId}`;
}

/**
 * Kills every process that carries the mark of a run or, with `nodeId`, of one of its nodes: a node, or a process that it
 * started, may have left its process group. Resolves once all of them have ended, since a killed process keeps its files
 * and locks for a moment. Needs /proc, so it finds nothing outside Linux; nor does it find a process that cleared its
 * environment.
 */
export function killStrays(run: string, nodeId?: string, processes = systemProcesses): Promise<void> {
  const mark = Buffer.from(nodeId === undefined ? `${MARK}=${run}/` : `${MARK}=${markOf(run, nodeId)}\0`);
  return untilEnded(processes, ({ environment }) => environment.includes(mark), processes.kill);
}

/**
 * Resolves once every process of a group has ended. The whole group must have been killed before: this function kills
 * nothing, since the group's id may be another one's by now.
 */
export function groupEnded(group: number, processes = systemProcesses): Promise<void> {
  return untilEnded(
    processes,
    (entry) => entry.group === group,
    () => {},
  );
}

async function untilEnded(
  processes: ProcessTable,
  isWanted: (entry: ProcessEntry) => boolean,
  end: (id: number) => void,
): Promise<void> {
  // A process that is about to end has lost its environment, but is known by its id and start.
  const dying = new Map<number, string>();
  for (let look = 0; look < MOST_LOOKS; look++) {
    const left = (await processes.list()).filter((entry) => isWanted(entry) || dying.get(entry.id) === entry.started);
    if (left.length === 0) return;
    for (const { id, started } of left) {
      dying.set(id, started);
      end(id);
    }
    await processes.pause();
  }
}
