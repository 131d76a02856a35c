import type { RecordedMessage, RecordedValue, RunReport } from "./run-report.js";
import { nodeCount, spreadsOf } from "./spread.js";
import { absenceAt, type Wait, type WaitSource, waitsBefore } from "./waits.js";

/** How one node received a value. Times in ms. */
export interface PathStep {
  readonly node: number;
  /** Time when it learned the value. */
  readonly at: number;
  /** Index of the message that brought it; absent at the node that a client gave it to. */
  readonly message?: number;
  /** Its waits since it was at the sender, in order. */
  readonly waits: readonly Wait[];
}

/** The path of a value through the cluster. */
export interface ValuePath {
  readonly value: RecordedValue;
  /** In the order in which the nodes learned it. */
  readonly steps: readonly PathStep[];
  /** Nodes that never learned it, with the reason. */
  readonly missing: readonly { readonly node: number; readonly why: string }[];
  /** Indexes of all messages that carried it, including lost and redundant ones. */
  readonly messages: readonly number[];
}

/** The parts of a report that a path is derived from. */
export type PathSource = WaitSource & Pick<RunReport, "services" | "values" | "shown">;

/** The path of a value, from the client's broadcast to the last node; `undefined` if there is no such value. */
export function valuePath(report: PathSource, value: number): ValuePath | undefined {
  const { nodes, messages } = report;
  const values = report.values.filter((each) => each.value === value);
  const spread = spreadsOf({ ...report, values })[0];
  if (spread === undefined) return undefined;
  const indexes = [...messages.keys()].filter((index) => messages[index]?.values.includes(value));
  const { learned } = spread;
  const travelled = { ...spread, carrying: indexes.map((index) => messages[index] as RecordedMessage) };
  return {
    value: spread.value,
    steps: learned.map((event) => ({ ...event, waits: waitsBefore(event, travelled, report) })),
    missing: [...nodes.keys()]
      .slice(0, nodeCount(report))
      .filter((node) => !learned.some((event) => event.node === node))
      .map((node) => ({ node, why: absenceAt(node, travelled, report) })),
    messages: indexes,
  };
}
