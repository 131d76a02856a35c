import { readdir, readFile } from "node:fs/promises";

/** Environment variable by which the processes of a node are found again, whatever session they are in. */
export const MARK = "TIDECAST_BENCH_NODE";

/** The variable's value for a node of a run. */
export function markOf(run: string, nodeId: string): string {
  return `${run}/${nodeId}`;
}

/**
 * Kills every process that carries the mark of a run or, with `nodeId`, of one of its nodes: a node, or a process that it
 * started, may have left its process group. Needs /proc, so it finds nothing outside Linux; a process that cleared its
 * environment is not found either.
 */
export async function killStrays(run: string, nodeId?: string): Promise<void> {
  const wanted = Buffer.from(nodeId === undefined ? `${MARK}=${run}/` : `${MARK}=${markOf(run, nodeId)}\0`);
  const entries = await readdir("/proc").catch(() => []);
  await Promise.all(
    entries.map(async (entry) => {
      const pid = Number(entry);
      if (!Number.isInteger(pid) || pid === process.pid) return;
      const environment = await readFile(`/proc/${entry}/environ`).catch(() => undefined);
      if (environment === undefined || !environment.includes(wanted)) return;
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }),
  );
}
