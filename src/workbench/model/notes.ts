import { describeUnknown, type UnknownRequests } from "./services/unknown-requests.js";
import type { Violation } from "./violation.js";

/** What notes are made of. */
export interface Remarkable {
  /** How many reads of each node had `"messages": null`. */
  readonly nullLists: ReadonlyMap<string, number>;
  readonly violations: readonly Violation[];
  /** How long the bench was late because of the nodes' own output (ms). */
  readonly nodeOutput: number;
  readonly unknownRequests: readonly UnknownRequests[];
}

/** Lateness because of the nodes' output is worth a note from so many ms on. */
const MUCH_OUTPUT = 50;

/** What a reader of the result should know besides, a sentence each. */
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
      "Maelstrom's rule against duplicates never fires: its checker, set-full, looks for values that occur less than once in a read.",
    );
  }
  if (nodeOutput >= MUCH_OUTPUT) {
    notes.push(
      `The bench was late for ${nodeOutput.toFixed(0)} ms because it handled the nodes' own output, which excuses no node.`,
    );
  }
  notes.push(...unknownRequests.map(describeUnknown));
  return notes;
}
