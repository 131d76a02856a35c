import type { FaultSpan } from "./run-report.js";

/** Faults of the bench and the simulator that end a node's life. */
const KILLING: ReadonlySet<string> = new Set(["kill", "crash"]);

/** Whether this fault ended a life of that node. Its detail begins with the name of its victim. */
export function isDeathOf(node: string, { kind, detail }: FaultSpan): boolean {
  return KILLING.has(kind) && detail.startsWith(`${node} `);
}
