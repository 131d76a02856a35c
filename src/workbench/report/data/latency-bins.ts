import type { RecordedValue, ReportLimits } from "./run-report.js";

/** Values of similar latency, or without a latency. */
export interface LatencyBin {
  /** "10–20 ms", "lost". */
  readonly name: string;
  readonly count: number;
  /** Whether they exceed the limit of the maximum, or were lost. */
  readonly isBad: boolean;
}

/** Steps between bins; each decade has the same ones. */
const STEPS = [1, 2, 5];
/** A longer row of empty bins is merged into one. */
const MOST_EMPTY = 1;
/** If this share of the values lies within this share of the axis, bars of equal width show nothing. */
const CROWDED = { values: 0.5, axis: 0.05 };

/** Whether the latencies are so far apart, or so many values have none, that bars of equal width would show little. */
export function isUneven(values: readonly RecordedValue[]): boolean {
  if (values.some(({ latency }) => latency === undefined)) return true;
  const longest = Math.max(...values.map(({ latency = 0 }) => latency));
  const first = values.filter(({ latency = 0 }) => latency <= CROWDED.axis * longest).length;
  return first >= CROWDED.values * values.length;
}

/**
 * The values by latency, in steps of 1, 2, 5, 10, … ms and at the limits, from the shortest to the longest. Values without a
 * latency come last, by their fate.
 */
export function latencyBins(
  values: readonly RecordedValue[],
  { medianLatency, maxLatency }: ReportLimits,
): LatencyBin[] {
  const latencies = values.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  const edges = edgesUpTo(Math.max(0, ...latencies), [medianLatency, maxLatency]);
  const bins = edges.map((from, index) => {
    const to = edges[index + 1] ?? Number.POSITIVE_INFINITY;
    const count = latencies.filter((latency) => latency >= from && latency < to).length;
    return { from, to, count };
  });
  const zero = latencies.filter((latency) => latency === 0).length;
  const timed = [{ from: 0, to: 0, count: zero }, ...bins.map((bin) => (bin.from === 0 ? less(bin, zero) : bin))];
  const isBad = ({ from }: Range) => maxLatency !== undefined && from >= maxLatency;
  return [
    ...merged(trimmed(timed)).map((bin) => ({ name: nameOf(bin), count: bin.count, isBad: isBad(bin) })),
    ...fates(values),
  ];
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function less(bin: Range, count: number): Range {
  return { ...bin, count: bin.count - count };
}

function edgesUpTo(longest: number, limits: readonly (number | undefined)[]): readonly number[] {
  const edges = new Set([0, ...limits.filter((limit) => limit !== undefined)]);
  for (let decade = 1; decade <= longest * 10; decade *= 10) for (const step of STEPS) edges.add(step * decade);
  const sorted = [...edges].sort((one, other) => one - other);
  return sorted.slice(0, Math.max(2, sorted.findIndex((edge) => edge > longest) + 1));
}

/** Removes the empty bins at both ends. */
function trimmed(bins: readonly Range[]): readonly Range[] {
  const filled = bins.flatMap(({ count }, index) => (count > 0 ? [index] : []));
  return filled.length === 0 ? [] : bins.slice(filled[0], (filled.at(-1) as number) + 1);
}

/** Merges long rows of empty bins. */
function merged(bins: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (let index = 0; index < bins.length; index++) {
    const next = bins.findIndex(({ count }, other) => other > index && count > 0);
    const bin = bins[index] as Range;
    if (bin.count > 0 || next - index <= MOST_EMPTY) result.push(bin);
    else {
      result.push({ from: bin.from, to: (bins[next] as Range).from, count: 0 });
      index = next - 1;
    }
  }
  return result;
}

function nameOf({ from, to }: Range): string {
  if (to === 0) return "0 ms";
  if (from === 0) return `under ${timeOf(to)}`;
  if (!Number.isFinite(to)) return `${timeOf(from)} or more`;
  return from >= 1000 === to >= 1000
    ? `${timeOf(from).replace(/ .*/, "")}–${timeOf(to)}`
    : `${timeOf(from)} – ${timeOf(to)}`;
}

function timeOf(time: number): string {
  return time >= 1000 ? `${time / 1000} s` : `${time} ms`;
}

function fates(values: readonly RecordedValue[]): LatencyBin[] {
  const names = { lost: "lost", "never-read": "never read", open: "not everywhere", stable: "not everywhere" } as const;
  const counts = new Map<string, number>();
  for (const { latency, fate } of values)
    if (latency === undefined) counts.set(names[fate], (counts.get(names[fate]) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count, isBad: name === "lost" }));
}
