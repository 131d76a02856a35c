import Table from "cli-table3";
import colors from "picocolors";
import type { BenchResult } from "../model/result.js";
import type { BenchSettings } from "../model/settings.js";
import { describeViolation } from "../model/violation.js";
import type { Comparison } from "./challenge-comparison.js";

const MOST_VIOLATIONS_SHOWN = 10;

interface Row {
  readonly name: string;
  readonly value: string;
  readonly limit: string;
  readonly kept: boolean;
  /** What the columns of a comparison know about it. */
  readonly compared?: "messagesPerOperation" | "medianLatency" | "maxLatency";
}

/** A result in words and one table, as the commands print it. Colours only where they are wanted (NO_COLOR, pipes). */
export function renderResult(result: BenchResult, comparison: Comparison = { columns: [], notes: [] }): string {
  const sections = [
    describeSettings(result),
    renderTable(rowsOf(result), comparison),
    ...comparison.notes.map((note) => colors.dim(note)),
    renderMeasurements(result),
    ...renderViolations(result),
    renderVerdict(result),
  ];
  return sections.join("\n");
}

function describeSettings({ challenge, settings }: BenchResult): string {
  const { nodeIds, latency, latencyDistribution, rate, timeLimit, topology, faults, seed } = settings;
  const spread = latencyDistribution === "constant" ? "" : ` ${latencyDistribution}`;
  const parts = [
    ...(challenge === undefined ? [] : [`challenge ${challenge}`]),
    nodeIds.length === 1 ? "1 node" : `${nodeIds.length} nodes`,
    `${latency} ms${spread} latency`,
    `${rate} operations/s for ${timeLimit / 1000} s`,
    topology,
    ...(faults.length === 0 ? [] : [`faults: ${faults.join(", ")}`]),
    `seed ${seed}`,
  ];
  return colors.bold(parts.join(" · "));
}

function rowsOf(result: BenchResult): Row[] {
  const { limits, latencies, operations } = result;
  const measured = (name: string, value: number | undefined, digits: number, unit: string, limit?: number): Row => ({
    name,
    value: value === undefined ? "–" : `${value.toFixed(digits)}${unit}`,
    limit: limit === undefined ? "–" : `under ${limit}${unit}`,
    kept: limit === undefined || (value !== undefined && value < limit),
  });
  const counted = (name: string, value: number, limit = "–"): Row => ({
    name,
    value: String(value),
    limit,
    kept: limit === "–" || value === 0,
  });
  return [
    {
      ...measured(
        "messages per operation",
        result.messagesPerOperation ?? undefined,
        2,
        "",
        limits.messagesPerOperation,
      ),
      compared: "messagesPerOperation",
    },
    { ...measured("median latency", latencies?.["0.5"], 0, " ms", limits.medianLatency), compared: "medianLatency" },
    measured("95th percentile", latencies?.["0.95"], 0, " ms"),
    measured("99th percentile", latencies?.["0.99"], 0, " ms"),
    { ...measured("maximum latency", latencies?.["1"], 0, " ms", limits.maxLatency), compared: "maxLatency" },
    counted("lost values", result.lostCount, "none"),
    counted("never-read values", result.neverReadCount),
    counted("failed operations", operations.failed),
    counted("indeterminate operations", operations.indeterminate),
    counted("rules broken", result.violationCount, "none"),
  ];
}

function renderTable(rows: readonly Row[], { columns }: Comparison): string {
  const table = new Table({
    head: ["", "measured", "limit", ...columns.map(({ title }) => title)],
    colAligns: ["left", "right", "right", ...columns.map(() => "right" as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, value, limit, kept, compared } of rows) {
    const cells = kept ? [name, value, limit] : [colors.red(name), colors.red(value), colors.red(limit)];
    table.push([...cells, ...columns.map((column) => (compared === undefined ? "" : column[compared]))]);
  }
  return table.toString();
}

function renderMeasurements({ operations, rate, messages, lateness, settings }: BenchResult): string {
  const { broadcasts, reads } = operations;
  const { deliveries, eventLoop } = lateness;
  const lines: [string, string][] = [
    ["operations", `${operations.invoked} (${broadcasts.invoked} broadcasts, ${reads.invoked} reads)`],
    ["rate", `${rate.achieved.toFixed(1)} operations/s of ${rate.nominal}`],
    [
      "messages",
      `${messages.servers.count} between nodes, ${kilobytes(messages.servers.bytes)}${droppedPart(messages.servers.dropped)}`,
    ],
    ["  by type", typesOf(messages.servers.byType)],
    [
      "bench's lateness",
      `deliveries p99 ${deliveries.p99.toFixed(1)} ms, max ${deliveries.max.toFixed(1)} ms; ` +
        `event loop p99 ${eventLoop.p99.toFixed(1)} ms, max ${eventLoop.max.toFixed(1)} ms`,
    ],
  ];
  if (settings.nodeIds.length === 1) lines.splice(3, 1);
  return lines.map(([name, text]) => `${colors.dim(name.padEnd(17))} ${text}`).join("\n");
}

function typesOf(byType: BenchResult["messages"]["servers"]["byType"]): string {
  const types = Object.entries(byType).map(([type, { count }]) => `${type} ${count}`);
  return types.length === 0 ? "none" : types.join(", ");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function droppedPart(dropped: number): string {
  return dropped === 0 ? "" : `, ${dropped} dropped by faults`;
}

function renderViolations({ violations, violationCount }: BenchResult): string[] {
  if (violationCount === 0) return [];
  const shown = violations.slice(0, MOST_VIOLATIONS_SHOWN);
  const lines = shown.map((violation) => `  ${describeViolation(violation)}`);
  if (violationCount > shown.length) lines.push(`  … and ${violationCount - shown.length} more`);
  return [colors.red("rules broken:"), ...lines];
}

/** The verdict in one sentence. */
export function renderVerdict({ verdict, reasons, challenge, settings }: BenchResult): string {
  const subject = challenge === undefined ? "the run" : `challenge ${challenge}`;
  const because = reasons.map((reason) => reason.text).join("; ");
  switch (verdict) {
    case "passed":
      return colors.green(`PASSED: ${praise(subject, challenge, settings)}`);
    case "failed":
      return colors.red(`FAILED: ${because}.`);
    case "disturbed":
      return colors.yellow(
        `NOT JUDGED: ${because}. Run it again${reasons.some(isDisturbance) ? " on a quieter machine" : ""}.`,
      );
  }
}

function praise(subject: string, challenge: string | undefined, { nodeIds }: BenchSettings): string {
  if (challenge !== undefined) return `${subject} is met.`;
  return nodeIds.length === 1
    ? "nothing was lost and no rule was broken."
    : "every value reached every node, and no rule was broken.";
}

function isDisturbance(reason: BenchResult["reasons"][number]): boolean {
  return reason.kind === "disturbed";
}
