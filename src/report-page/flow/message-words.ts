import type { RecordedMessage, RunReport } from "../../workbench/report/data/run-report.js";
import { count, milliseconds, seconds } from "../../workbench/report/data/words.js";

/** Number of values that a line lists before it only counts the rest. */
const MOST_VALUES = 6;

/** The names of a message's numeric fields. */
type Names = Pick<RunReport, "nodes" | "types" | "causes">;

/** A message in words: type and nodes, times and fate, content; one line each. */
export function describeMessage(message: RecordedMessage, report: Names): readonly string[] {
  const { from, to, type, values, bytes } = message;
  const { nodes, types } = report;
  const shown = values.slice(0, MOST_VALUES).join(", ");
  const more = values.length > MOST_VALUES ? `, and ${values.length - MOST_VALUES} more` : "";
  const size = bytes === 0 ? "" : ` (${bytes} bytes)`;
  return [
    `${types[type]}, ${nodes[from]} → ${nodes[to]}`,
    fateOf(message, report),
    values.length === 0
      ? `carries no values${size}`
      : `carries ${count(values.length, "value")}: ${shown}${more}${size}`,
  ];
}

function fateOf({ sentAt, endedAt, lostBy }: RecordedMessage, { causes }: Names): string {
  const left = `sent at ${seconds(sentAt)}`;
  if (endedAt === undefined) return `${left}, still in flight at the end`;
  if (lostBy !== undefined) return `${left}, lost at ${seconds(endedAt)}: ${causes[lostBy]}`;
  return `${left}, arrived at ${seconds(endedAt)}, after ${milliseconds(endedAt - sentAt)}`;
}
