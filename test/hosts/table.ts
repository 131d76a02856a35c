import type { Quantiles } from "../../src/workbench/model/quantiles.js";
import { isGood, type Outcome } from "./perform.js";

const HEAD = [
  "scenario",
  "sent",
  "acknowledged",
  "lost",
  "acknowledged after, ms (median / 99 % / max)",
  "everywhere after, ms (median / 99 % / max)",
  "complete after the fault, ms",
  "load",
];

/** The outcomes as a table in Markdown. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.scenario,
    count(outcome.attempted),
    count(outcome.acknowledged),
    count(outcome.missing.length),
    latencies(outcome.acknowledgement),
    latencies(outcome.delivery),
    outcome.completeAfter === null ? "never" : count(outcome.completeAfter),
    outcome.load.toFixed(1),
  ]);
  const lines = [HEAD, ["---", ...HEAD.slice(1).map(() => "---:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
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
  return values.slice(0, 5).join(" ") || "none";
}

function latencies(given: Quantiles | undefined): string {
  return given === undefined ? "–" : [given["0.5"], given["0.99"], given["1"]].map(count).join(" / ");
}

function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
