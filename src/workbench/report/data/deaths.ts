import type { FaultSpan } from "./run-report.js";

/** Faults that end a node's life: the bench's and the simulator's. */
const KILLING: ReadonlySet<string> = new Set(["kill", "crash"]);

/** Did this fault end a life of that node? Its detail begins with the name of its victim. */
export function isDeathOf(node: string, { kind, detail }: FaultSpan): boolean {
  return KILLING.has(kind) && detail.startsWith(`${node} `);
}
