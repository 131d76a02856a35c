import { type Quantiles, quantile } from "../../src/workbench/model/quantiles.js";
import { isGood, type Outcome } from "./perform.js";

const HEAD = [
  "scenario",
  "runs kept",
  "sent",
  "acknowledged",
  "lost",
  "acknowledged, ms",
  "everywhere, ms",
  "on reachable servers, ms",
  "complete after the fault, ms",
  "load",
];

/**
 * The outcomes as a table in Markdown, a line for each scenario. A time has two parts: the median over the runs (of a run's median), and
 * the largest of all.
 */
export function tableOf(outcomes: readonly Outcome[]): string {
  const names = [...new Set(outcomes.map(({ scenario }) => scenario))];
  const rows = names.map((name) => rowOf(outcomes.filter(({ scenario }) => scenario === name)));
  const head = [HEAD, ["---", ...HEAD.slice(1).map(() => "---:")]];
  return [...head, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowOf(runs: readonly Outcome[]): readonly string[] {
  const sum = (part: (run: Outcome) => number) => count(runs.reduce((total, run) => total + part(run), 0));
  const loads = runs.map(({ load }) => load.toFixed(1)).sort((a, b) => Number(a) - Number(b));
  const completions = runs.map(({ completeAfter }) => completeAfter ?? Number.POSITIVE_INFINITY);
  return [
    runs[0]?.scenario ?? "",
    `${runs.filter(isGood).length} of ${runs.length}`,
    sum(({ attempted }) => attempted),
    sum(({ acknowledged }) => acknowledged),
    sum(({ missing }) => missing.length),
    latencies(runs.map(({ acknowledgement }) => acknowledgement)),
    latencies(runs.map(({ delivery }) => delivery)),
    latencies(runs.map(({ deliveryWithin }) => deliveryWithin)),
    range(completions, completions),
    loads.length > 1 ? `${loads[0]} to ${loads.at(-1)}` : `${loads[0]}`,
  ];
}

/** One outcome in words. */
export function describeOutcome(outcome: Outcome): string {
  const { acknowledged, attempted, missing, invented, repeated, gaps, evidence, refusals, completeAfter } = outcome;
  const refused = Object.entries(refusals).map(([reason, number]) => `${number} ${reason}`);
  const parts = [
    evidence,
    `${acknowledged} of ${attempted} acknowledged${refused.length > 0 ? ` (else ${refused.join(", ")})` : ""}`,
    completeAfter === null ? "never complete" : `complete ${Math.round(completeAfter)} ms after the fault`,
    `${(outcome.duration / 1000).toFixed(1)} s`,
  ];
  if (!isGood(outcome))
    parts.push(
      `BROKEN: ${missing.length} missing (${sample(missing)}), ${invented.length} invented (${sample(invented)}), ` +
        `repeated: ${sample(repeated)}, ${gaps} gaps, followers ${outcome.followersComplete ? "" : "not "}complete`,
    );
  return parts.join("; ");
}

function sample(values: readonly string[]): string {
  return values.slice(0, 5).join(", ") || "none";
}

function latencies(runs: readonly (Quantiles | undefined)[]): string {
  const present = runs.filter((run) => run !== undefined);
  if (present.length === 0) return "";
  return range(
    present.map((run) => run["0.5"]),
    present.map((run) => run["1"]),
  );
}

/** The median of a series, and the largest of another. */
function range(typical: readonly number[], extreme: readonly number[]): string {
  const sorted = [...typical].sort((a, b) => a - b);
  return `${count(quantile(sorted, 0.5))} / ${count(Math.max(...extreme))}`;
}

function count(number: number): string {
  if (!Number.isFinite(number)) return "never";
  return Math.round(number).toLocaleString("en-US");
}
