import { quantiles } from "../../../src/workbench/model/quantiles.js";
import type { FaultKind } from "../faults/storms.js";
import { largestGrowth, type Tolerance } from "../judge/growth.js";
import { type FigureVerdict, SHORTEST_JUDGED, type Verdict } from "../judge/verdict.js";
import type { SoakRecord } from "../soak-record.js";

const HEAD = ["figure", "member", "second quarter", "last quarter", "trend", "may grow by", "flat"];

/** A run in words, with a table in Markdown of the figures over time. */
export function describeRun(record: SoakRecord, verdict: Verdict): string {
  const { isLongEnough, broken, figures } = verdict;
  const head = [HEAD, ["---", "---", "---:", "---:", "---:", "---:", "---"]];
  const rows = [...head, ...shownFigures(figures, record.survivor).map(rowOf)];
  return [
    `${record.transport}, ${minutes(record.duration)} min`,
    ...summary(record).map((line) => `  ${line}`),
    ...broken.map((line) => `  BROKEN: ${line}`),
    "",
    ...(isLongEnough
      ? rows.map((cells) => `| ${cells.join(" | ")} |`)
      : [`growth is not judged: that takes ${SHORTEST_JUDGED / 60_000} minutes`]),
  ].join("\n");
}

/** All figures of the cluster and of the survivor, and of each figure of the others that of the member at which it grew most. */
function shownFigures(figures: readonly FigureVerdict[], survivor: string): readonly FigureVerdict[] {
  const worst = new Map<string, FigureVerdict>();
  for (const each of figures.filter(({ member }) => member !== undefined && member !== survivor)) {
    const known = worst.get(each.figure);
    if (known === undefined || urgency(each) > urgency(known)) worst.set(each.figure, each);
  }
  return [...figures.filter(({ member }) => member === undefined || member === survivor), ...worst.values()];
}

function urgency({ growth, tolerance, isFlat }: FigureVerdict): number {
  if (growth === undefined) return Number.POSITIVE_INFINITY;
  const most = largestGrowth(growth, tolerance);
  return (isFlat ? 0 : 1e9) + Math.max(growth.after - growth.before, growth.trend) / (most || 1);
}

function summary(record: SoakRecord): readonly string[] {
  const { storms, calms, lives, refusals, attempted, acknowledged, broken, load, droppedPackets } = record;
  const kinds = new Map<FaultKind, number>();
  for (const { kind } of storms.flatMap(({ faults }) => faults)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const recoveries = quantiles(storms.map(({ recovery }) => recovery ?? Number.POSITIVE_INFINITY));
  const refused = Object.entries(refusals).map(([reason, count]) => `${count} ${reason}`);
  const worst = calms.map(({ latency }) => latency);
  return [
    `${storms.length} storms: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ")}; ` +
      `${number(droppedPackets)} packets dropped; ` +
      `processes: ${Object.entries(lives)
        .map(([id, count]) => `${id} ${count}`)
        .join(", ")}`,
    `${number(acknowledged)} of ${number(attempted)} values acknowledged (else ${refused.join(", ") || "unanswered"}), ` +
      `${broken.missing.length} lost`,
    `complete after a storm: median ${number(recoveries?.["0.5"])} ms, longest ${number(recoveries?.["1"])} ms`,
    `latency while calm: median ${number(middle(worst.map((latency) => latency["0.5"])))} ms, 99th percentile ` +
      `${number(middle(worst.map((latency) => latency["0.99"])))} ms, longest ${number(Math.max(...worst.map((latency) => latency["1"])))} ms`,
    `load average: median ${load.median.toFixed(1)}, highest ${load.max.toFixed(1)}`,
  ];
}

function rowOf({ figure, member, growth, tolerance, isFlat }: FigureVerdict): readonly string[] {
  const cells = growth === undefined ? ["", "", ""] : [growth.before, growth.after, growth.trend].map(number);
  const verdict = isFlat === undefined ? "TOO FEW SAMPLES" : isFlat ? "yes" : "GROWS";
  return [figure, member ?? "all", ...cells, allowed(tolerance), verdict];
}

function allowed(tolerance: Tolerance): string {
  return "absolute" in tolerance ? `${tolerance.absolute}` : `${tolerance.ofBefore * 100} %`;
}

function middle(values: readonly number[]): number | undefined {
  return quantiles(values)?.["0.5"];
}

function minutes(ms: number): string {
  return (ms / 60_000).toFixed(1);
}

function number(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "never";
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
}
