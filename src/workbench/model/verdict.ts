import { type Stall, stalledWithin } from "./lateness.js";
import { type Quantiles, quantiles } from "./quantiles.js";
import type { ValueOutcome } from "./set-checker.js";
import type { Limits } from "./settings.js";
import { describeViolation, type Violation } from "./violation.js";

/**
 * The three judgements. "disturbed" stands for every run that could not be judged: the bench itself was late enough to
 * have broken a latency limit, or there was nothing to judge (see the reasons).
 */
export type Judgement = "passed" | "failed" | "disturbed";

/** Why a run was not passed. */
export interface Reason {
  readonly kind: "violation" | "cut-short" | "lost" | "missing" | "over-limit" | "unknown" | "disturbed";
  /** A clause: "median latency 430 ms is not under 400 ms". */
  readonly text: string;
}

/** What a run comes to. */
export interface Verdict {
  readonly verdict: Judgement;
  /** Empty when passed. The reasons of a failed run come first. */
  readonly reasons: readonly Reason[];
}

/** What the verdict is based on. */
export interface Findings {
  readonly limits: Limits;
  readonly messagesPerOperation: number | undefined;
  readonly nodeIds: readonly string[];
  readonly outcomes: readonly ValueOutcome[];
  readonly okBroadcasts: number;
  readonly okReads: number;
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly cutShort: string | undefined;
  readonly stalls: readonly Stall[];
}

/**
 * Judges a run. Failed: a rule was broken, the run was cut short, a value was lost, a node lacked one at the end (which
 * Maelstrom passes if a read that began later shows it), or a limit was reached. A latency
 * limit counts as "disturbed, not judged" instead when the run would have kept it without the bench's own stalls: that
 * is, when the same quantile keeps it after the time that the bench stood still between a value's known time and its last
 * absent read has been taken off each latency. Unknown, and so not judged: no value became stable, or no broadcast or no
 * read succeeded.
 */
export function judge(findings: Findings): Verdict {
  const failures = [
    ...brokenRules(findings),
    ...losses(findings),
    ...absences(findings),
    ...overMessageLimit(findings),
  ];
  const open: Reason[] = [];
  if (failures.length === 0) open.push(...unknowns(findings));
  for (const { reason, explained } of overLatencyLimits(findings)) {
    if (explained === undefined) failures.push(reason);
    else open.push({ kind: "disturbed", text: `${reason.text}, but ${explained}` });
  }
  const verdict = failures.length > 0 ? "failed" : open.length > 0 ? "disturbed" : "passed";
  return { verdict, reasons: [...failures, ...open] };
}

function brokenRules({ violations, violationCount, cutShort }: Findings): Reason[] {
  const reasons: Reason[] = [];
  const first = violations[0];
  if (first !== undefined) {
    const more = violationCount === 1 ? "" : ` (and ${violationCount - 1} more breaches)`;
    reasons.push({ kind: "violation", text: `${describeViolation(first)}${more}` });
  }
  if (cutShort !== undefined) reasons.push({ kind: "cut-short", text: `the run was cut short: ${cutShort}` });
  return reasons;
}

function losses({ outcomes }: Findings): Reason[] {
  const lost = outcomes.filter((outcome) => outcome.fate === "lost").length;
  return lost === 0 ? [] : [{ kind: "lost", text: `${lost} ${lost === 1 ? "value was" : "values were"} lost` }];
}

function absences({ outcomes, nodeIds }: Findings): Reason[] {
  const missing = outcomes.flatMap(({ missingOn }) => (missingOn === undefined ? [] : [missingOn]));
  if (missing.length === 0) return [];
  const nodes = [...new Set(missing.flat())].sort((one, other) => one - other).map((index) => nodeIds[index]);
  const values = missing.length === 1 ? "1 value was" : `${missing.length} values were`;
  return [{ kind: "missing", text: `${values} missing at the end on ${nodes.join(", ")}` }];
}

function overMessageLimit({ limits, messagesPerOperation }: Findings): Reason[] {
  const limit = limits.messagesPerOperation;
  if (limit === undefined || messagesPerOperation === undefined || messagesPerOperation < limit) return [];
  return [
    { kind: "over-limit", text: `${messagesPerOperation.toFixed(2)} messages per operation are not under ${limit}` },
  ];
}

function unknowns({ outcomes, okBroadcasts, okReads }: Findings): Reason[] {
  const missing: string[] = [];
  if (okBroadcasts === 0) missing.push("no broadcast succeeded");
  if (okReads === 0) missing.push("no read succeeded");
  if (!outcomes.some((outcome) => outcome.fate === "stable")) missing.push("no value became stable");
  return missing.length === 0 ? [] : [{ kind: "unknown", text: `there is nothing to judge: ${missing.join(", ")}` }];
}

function overLatencyLimits(findings: Findings): { reason: Reason; explained: string | undefined }[] {
  const { limits, outcomes, stalls } = findings;
  const measured = quantiles(latenciesOf(outcomes));
  if (measured === undefined) return [];
  const undisturbed = quantiles(latenciesWithout(stalls, outcomes)) ?? measured;
  const checks: [name: string, key: keyof Quantiles, limit: number | undefined][] = [
    ["median latency", "0.5", limits.medianLatency],
    ["maximum latency", "1", limits.maxLatency],
  ];
  return checks.flatMap(([name, key, limit]) => {
    if (limit === undefined || measured[key] < limit) return [];
    const text = `${name} ${measured[key].toFixed(0)} ms is not under ${limit} ms`;
    const without = undisturbed[key];
    const explained = without < limit ? `without the bench's own stalls it were ${without.toFixed(0)} ms` : undefined;
    return [{ reason: { kind: "over-limit" as const, text }, explained }];
  });
}

/** The latencies of the stable values. */
export function latenciesOf(outcomes: readonly ValueOutcome[]): number[] {
  return outcomes.map((outcome) => outcome.latency).filter((latency) => latency !== undefined);
}

function latenciesWithout(stalls: readonly Stall[], outcomes: readonly ValueOutcome[]): number[] {
  return outcomes.flatMap(({ latency, knownAt, lastAbsentAt }) => {
    if (latency === undefined) return [];
    if (latency === 0 || knownAt === undefined || lastAbsentAt === undefined) return [latency];
    return [latency - stalledWithin(stalls, knownAt, lastAbsentAt)];
  });
}
