import Table from "cli-table3";
import colors from "picocolors";
import type { BenchSettings } from "../model/settings.js";
import type { SweepPoint } from "./sweep-point.js";

/** How the points were measured. */
export interface SweepConditions {
  readonly settings: BenchSettings;
  /** Runs of each point. */
  readonly seeds: number;
  readonly processes: boolean;
}

const NONE = "–";

/** A sweep as the command prints it: the settings, a row per point, and an explanation. */
export function renderSweep(points: readonly SweepPoint[], conditions: SweepConditions): string {
  const table = new Table({
    head: ["", "", "messages per\noperation", "by\narithmetic", "median\nms", "by\narith.", "max\nms", "by\narith."],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const point of points) table.push(rowOf(point));
  return [colors.bold(conditionsOf(conditions)), table.toString(), ...legend(points), ...problems(points)].join("\n");
}

function rowOf(point: SweepPoint): string[] {
  const { series, name, messagesPerOperation, latencies, predicted, optimal, lost } = point;
  const way = series === "rounds" && predicted?.sending === "at once" ? `${name} (at once)` : name;
  const paint = lost > 0 ? colors.red : optimal ? colors.green : (text: string) => text;
  const cells = [
    optimal ? "*" : "",
    `${series}, ${way}`,
    messagesPerOperation.toFixed(2),
    predicted?.messagesPerOperation.toFixed(2) ?? NONE,
    latencies?.median.toFixed(0) ?? NONE,
    predicted?.benchLatencies.median.toFixed(0) ?? NONE,
    latencies?.max.toFixed(0) ?? NONE,
    predicted?.benchLatencies.max.toFixed(0) ?? NONE,
  ];
  return cells.map((cell) => (cell === "" ? cell : paint(cell)));
}

/** The settings of the sweep, in one line. */
export function conditionsOf({ settings, seeds, processes }: SweepConditions): string {
  const { nodeIds, concurrency, latency, latencyDistribution, rate, timeLimit, seed } = settings;
  const spread = latencyDistribution === "constant" ? "" : ` ${latencyDistribution}`;
  const parts = [
    `${nodeIds.length} nodes`,
    ...(concurrency === undefined ? [] : [`${concurrency} ${concurrency === 1 ? "client" : "clients"}`]),
    `${latency} ms${spread} latency`,
    `${rate} operations/s for ${timeLimit / 1000} s`,
    processes ? "real processes" : "virtual time",
    seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`,
  ];
  return parts.join(" · ");
}

function legend(points: readonly SweepPoint[]): string[] {
  const lines = ["* optimal: no other row is at least as good in all three figures, and better in one"];
  if (points.some(({ series, predicted }) => series === "rounds" && predicted?.sending === "at once"))
    lines.push("(at once): the budget is too small for rounds, so every value is sent to all nodes at once");
  lines.push(
    "by arithmetic: steady state, no message lost or late, latencies as the bench measures them;",
    "  the start of a run, the last acknowledgement and the final read of each member are not included",
  );
  return lines.map((line) => colors.dim(line));
}

function problems(points: readonly SweepPoint[]): string[] {
  return points.flatMap(({ series, name, runs }) =>
    runs
      .filter(({ verdict }) => verdict !== "passed")
      .map(({ verdict, seed, reasons }) => {
        const line = `${series}, ${name}, seed ${seed}: ${reasons.join("; ")}`;
        return verdict === "failed" ? colors.red(`FAILED: ${line}`) : colors.yellow(`NOT JUDGED: ${line}`);
      }),
  );
}
