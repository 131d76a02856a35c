import Table from "cli-table3";
import colors from "picocolors";
import { printable, shownName } from "../model/printable.js";
import type { BenchResult } from "../model/result.js";
import { describeViolation } from "../model/violation.js";
import type { RunReport } from "../report/data/run-report.js";
import { type BenchFigure, conclusionOf, figuresOf } from "../report/figures.js";
import type { Comparison } from "./challenge-comparison.js";
import { renderFaults } from "./fault-timeline.js";

const MOST_VIOLATIONS_SHOWN = 10;
const MOST_TYPES_SHOWN = 20;
/** Stands for figures about messages that the bench did not see. */
export const NOT_MEASURED = "not measured";

/**
 * The result as text with one table, as the commands print it. Colours follow NO_COLOR and are off in pipes.
 * @param hidesMessages whether the nodes' messages to each other did not pass through the bench
 */
export function renderResult(
  result: BenchResult,
  comparison: Comparison = { columns: [], notes: [] },
  hidesMessages = false,
): string {
  const figures = figuresOf(result).map((figure) =>
    hidesMessages && figure.compared === "messagesPerOperation" ? { ...figure, value: NOT_MEASURED } : figure,
  );
  const measured = () => [
    renderTable(figures, comparison),
    ...comparison.notes.map((note) => colors.dim(note)),
    renderMeasurements(result, hidesMessages),
    ...renderFaults(result),
  ];
  const sections = [
    describeSettings(result, hidesMessages),
    ...(hasStarted(result) ? measured() : []),
    ...renderViolations(result),
    ...result.notes,
    renderVerdict(result),
  ];
  return sections.join("\n");
}

/** Whether the run got far enough to measure anything. */
function hasStarted({ operations, reasons }: BenchResult): boolean {
  return operations.invoked > 0 || !reasons.some(({ kind }) => kind === "cut-short" || kind === "machine");
}

function describeSettings({ challenge, settings }: BenchResult, hidesMessages: boolean): string {
  const { nodeIds, latency, latencyDistribution, rate, timeLimit, topology, faults, seed } = settings;
  const spread = latencyDistribution === "constant" ? "" : ` ${latencyDistribution}`;
  const parts = [
    ...(challenge === undefined ? [] : [`challenge ${challenge}`]),
    nodeIds.length === 1 ? "1 node" : `${nodeIds.length} nodes`,
    ...(hidesMessages ? ["running servers"] : [`${latency} ms${spread} latency`]),
    `${rate} operations/s for ${timeLimit / 1000} s`,
    ...(hidesMessages ? [] : [topology]),
    ...(faults.length === 0 ? [] : [`faults: ${faults.join(", ")}`]),
    `seed ${seed}`,
  ];
  return colors.bold(parts.join(" · "));
}

function renderTable(figures: readonly BenchFigure[], { columns }: Comparison): string {
  const table = new Table({
    head: ["", "measured", "limit", ...columns.map(({ title }) => title)],
    colAligns: ["left", "right", "right", ...columns.map(() => "right" as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, value, unit, limit, kept, compared } of figures) {
    const withUnit = (text: string | undefined) =>
      text === undefined || text === "–" || unit === "" ? (text ?? "–") : `${text} ${unit}`;
    const row = [name, withUnit(value), withUnit(limit)];
    const cells = kept ? row : row.map((cell) => colors.red(cell));
    table.push([...cells, ...columns.map((column) => (compared === undefined ? "" : column[compared]))]);
  }
  return table.toString();
}

function renderMeasurements(result: BenchResult, hidesMessages: boolean): string {
  const { operations, rate, answerTimes, messages, lateness, settings } = result;
  const { broadcasts, reads } = operations;
  const { deliveries, eventLoop } = lateness;
  const lines: [string, string][] = [
    ["operations", `${operations.invoked} (${broadcasts.invoked} broadcasts, ${reads.invoked} reads)`],
    ["rate", `${rate.achieved.toFixed(1)} operations/s of ${rate.nominal}, ${rate.done.toFixed(1)} answered`],
    ["answers", `median ${answerTimes.p50.toFixed(1)} ms, max ${answerTimes.max.toFixed(1)} ms`],
    [
      "messages",
      `${messages.servers.count} between nodes${messages.servers.byService === undefined ? "" : " and services"}, ${kilobytes(messages.servers.bytes)}${faultPart(messages.servers)}`,
    ],
    ["  by type", typesOf(messages.servers.byType)],
    ...servicesPart(messages.servers),
    [
      "bench's lateness",
      `deliveries p99 ${deliveries.p99.toFixed(1)} ms, max ${deliveries.max.toFixed(1)} ms; ` +
        `event loop p99 ${eventLoop.p99.toFixed(1)} ms, max ${eventLoop.max.toFixed(1)} ms`,
    ],
  ];
  if (hidesMessages) lines.splice(3, lines.length - 3, ["messages", NOT_MEASURED]);
  else if (settings.nodeIds.length === 1 && messages.servers.count === 0) lines.splice(4, 1);
  return lines.map(([name, text]) => `${colors.dim(name.padEnd(17))} ${text}`).join("\n");
}

function typesOf(byType: BenchResult["messages"]["servers"]["byType"]): string {
  // An object lists keys that look like numbers first, so its order is not reliable.
  const types = Object.entries(byType).toSorted(([, one], [, other]) => other.count - one.count);
  if (types.length === 0) return "none";
  const shown = types.slice(0, MOST_TYPES_SHOWN).map(([type, { count }]) => `${typeName(type)} ${count}`);
  return [...shown, ...(types.length > shown.length ? [otherTypes(types.length - shown.length)] : [])].join(", ");
}

function otherTypes(count: number): string {
  return count === 1 ? "and 1 other type" : `and ${count} other types`;
}

/** A message type as it is printed: quoted if it is empty or looks like several words. */
function typeName(type: string): string {
  return /^[^\s",]+$/.test(type) || type === "(no type)" || type === "(other types)"
    ? shownName(type)
    : shownName(JSON.stringify(type));
}

function servicesPart({ byService }: BenchResult["messages"]["servers"]): [name: string, text: string][] {
  return byService === undefined ? [] : [["  with services", typesOf(byService)]];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function faultPart({ dropped, duplicated }: BenchResult["messages"]["servers"]): string {
  const parts = [
    ...(dropped === 0 ? [] : [`, ${dropped} dropped by faults`]),
    ...(duplicated === 0 ? [] : [`, ${duplicated} duplicated by faults`]),
  ];
  return parts.join("");
}

function renderViolations({ violations, violationCount }: BenchResult): string[] {
  if (violationCount === 0) return [];
  const shown = violations.slice(0, MOST_VIOLATIONS_SHOWN);
  const lines = shown.flatMap((violation) => [
    `  ${describeViolation(violation)}`,
    ...(violation.lastWords ?? []).map((line) => colors.dim(`    ${printable(line)}`)),
  ]);
  if (violationCount > shown.length) lines.push(`  … and ${violationCount - shown.length} more`);
  return [colors.red("rules broken:"), ...lines];
}

/** The verdict in one coloured sentence. */
export function renderVerdict(result: BenchResult): string {
  const colour = { passed: colors.green, failed: colors.red, disturbed: colors.yellow }[result.verdict];
  return colour(conclusionOf(result));
}

/** A note about a recording that does not contain every message; empty if it is complete. */
export function renderUnrecorded({ unrecorded = 0, messages }: RunReport): string {
  if (unrecorded === 0) return "";
  return `Only the first ${messages.length} messages were recorded, and ${unrecorded} later ${unrecorded === 1 ? "one is" : "ones are"} missing. So the report explains no values.`;
}

/**
 * The story of the first lost or late value; empty if there is none.
 * @param page whether the report with the other stories is written
 */
export function renderFirstStory({ stories: [first], untold, stories }: RunReport, page: boolean): string {
  if (first === undefined) return "";
  const lines = [colors.bold(`${first.heading}:`), ...first.sentences.map((sentence) => `  ${sentence}`)];
  const [told, all] = [stories.length - 1, stories.length - 1 + untold];
  if (all === 0) return lines.join("\n");
  const others = `${all} more ${all === 1 ? "value was" : "values were"} lost or late`;
  const share = told === all ? (all === 1 ? "it" : "all of them") : `${told} of them`;
  const where = `${page ? "the report explains" : "--report FILE writes a page that explains"} ${share}`;
  return [...lines, colors.dim(`  ${others}; ${where}`)].join("\n");
}
