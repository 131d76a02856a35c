import { describeUnknown, type UnknownRequests } from "./services/unknown-requests.js";
import type { Violation } from "./violation.js";

/** Input of the notes. */
export interface Remarkable {
  /** Number of reads with `"messages": null`, by node. */
  readonly nullLists: ReadonlyMap<string, number>;
  readonly violations: readonly Violation[];
  /** Time that the bench was late because of the nodes' own output (ms). */
  readonly nodeOutput: number;
  readonly unknownRequests: readonly UnknownRequests[];
}

/** Lateness because of the nodes' output gets a note from this time on, in ms. */
const MUCH_OUTPUT = 50;

/** Further facts about the result, one sentence each. */
export function notesOn({ nullLists, violations, nodeOutput, unknownRequests }: Remarkable): string[] {
  const notes: string[] = [];
  if (nullLists.size > 0) {
    const count = [...nullLists.values()].reduce((sum, reads) => sum + reads, 0);
    const nodes = [...nullLists.keys()].join(", ");
    notes.push(
      `${count} ${count === 1 ? "read" : "reads"} of ${nodes} had "messages": null, which counts as an empty list, as in Maelstrom.`,
    );
  }
  if (violations.some(({ rule }) => rule === "value-twice")) {
    notes.push(
      "Maelstrom's rule against duplicates never fires: its checker, set-full, looks for values that occur less than once in a read. This bench does report duplicates.",
    );
  }
  if (nodeOutput >= MUCH_OUTPUT) {
    notes.push(
      `The bench was late for ${nodeOutput.toFixed(0)} ms because it handled the nodes' own output. This excuses no node.`,
    );
  }
  notes.push(...unknownRequests.map(describeUnknown));
  return notes;
}
