import { unansweredKinds, unreadNodes } from "./answer-reasons.js";
import type { Finding, Findings, Reason, ReasonKind } from "./findings.js";
import type { Stall } from "./lateness.js";
import { missingLoad } from "./load-reasons.js";
import { type Quantiles, quantiles } from "./quantiles.js";
import type { ValueOutcome } from "./set-checker.js";
import { coveredWithin } from "./spans.js";
import { describeViolation } from "./violation.js";

/**
 * The three verdicts. "disturbed" covers every run that could not be judged: the bench itself was late enough to have broken
 * a latency limit, or there was nothing to judge (see the reasons).
 */
export type Judgement = "passed" | "failed" | "disturbed";

/** The verdict on a run, with its reasons. */
export interface Verdict {
  readonly verdict: Judgement;
  /** Empty if passed. The reasons of a failed run come first. */
  readonly reasons: readonly Reason[];
}

/**
 * Judges a run. It fails if a rule was broken, the run was cut short, a value was lost, a node lacked one at the end (which
 * Maelstrom accepts if a read that began later shows it) or did not answer its final read, no operation of a kind that was
 * tried succeeded, a challenge did not get its load, or a limit was reached.
 *
 * A latency limit, a final read and the load count as "disturbed, not judged" instead if the bench's own stalls explain
 * the problem: without them the same quantile would have kept its limit, or the load would have been carried; or they
 * cover at least half of the time that the node had for its answer.
 */
export function judge(findings: Findings): Verdict {
  if (findings.machineFault !== undefined) {
    return { verdict: "disturbed", reasons: [{ kind: "machine", text: findings.machineFault }] };
  }
  const found = [
    ...failing(brokenRules(findings)),
    ...failing(losses(findings)),
    ...failing(absences(findings)),
    ...failing(unansweredKinds(findings)),
    ...unreadNodes(findings),
    ...missingLoad(findings),
    ...failing(overMessageLimit(findings)),
    ...overLatencyLimits(findings),
  ];
  const failures = found.filter(({ fails }) => fails).map(({ reason }) => reason);
  const open = found.filter(({ fails }) => !fails).map(({ reason }) => reason);
  if (failures.length === 0 && open.length === 0) open.push(...unknowns(findings));
  const verdict = failures.length > 0 ? "failed" : open.length > 0 ? "disturbed" : "passed";
  return { verdict, reasons: [...failures, ...open] };
}

function failing(reasons: readonly Reason[]): Finding[] {
  return reasons.map((reason) => ({ reason, fails: true }));
}

function brokenRules({ violations, violationCount, cutShort }: Findings): Reason[] {
  const reasons: Reason[] = [];
  const first = violations[0];
  if (first !== undefined) {
    const more =
      violationCount === 1
        ? ""
        : ` (and ${violationCount - 1} more ${violationCount === 2 ? "violation" : "violations"})`;
    reasons.push({ kind: "violation", text: `${describeViolation(first)}${more}` });
  }
  if (cutShort !== undefined) reasons.push({ kind: "cut-short", text: `the run was cut short: ${cutShort}` });
  return reasons;
}

function losses({ outcomes }: Findings): Reason[] {
  const lost = outcomes.filter((outcome) => outcome.fate === "lost").length;
  return lost === 0 ? [] : [{ kind: "lost", text: `${lost} ${lost === 1 ? "value was" : "values were"} lost` }];
}

function absences({ outcomes, settings: { nodeIds } }: Findings): Reason[] {
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

/** Returns a reason if nothing failed and nothing was measured either. */
function unknowns({ outcomes, operations }: Findings): Reason[] {
  const missing: string[] = [];
  if (operations.broadcasts.invoked === 0) missing.push("no broadcast was tried");
  if (operations.reads.invoked === 0) missing.push("no read was tried");
  if (!outcomes.some((outcome) => outcome.fate === "stable")) missing.push("no value became stable");
  return missing.length === 0 ? [] : [{ kind: "unknown", text: `there is nothing to judge: ${missing.join(", ")}` }];
}

function overLatencyLimits(findings: Findings): Finding[] {
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
    if (without >= limit) return finding("over-limit", text, true);
    const explained = `without the bench's own stalls it would have been ${without.toFixed(0)} ms`;
    return finding("disturbed", `${text}, but ${explained}`, false);
  });
}

function finding(kind: ReasonKind, text: string, fails: boolean): Finding[] {
  return [{ reason: { kind, text }, fails }];
}

/** The latencies of the stable values. */
export function latenciesOf(outcomes: readonly ValueOutcome[]): number[] {
  return outcomes.map((outcome) => outcome.latency).filter((latency) => latency !== undefined);
}

function latenciesWithout(stalls: readonly Stall[], outcomes: readonly ValueOutcome[]): number[] {
  return outcomes.flatMap(({ latency, knownAt, lastAbsentAt }) => {
    if (latency === undefined) return [];
    if (latency === 0 || knownAt === undefined || lastAbsentAt === undefined) return [latency];
    return [latency - coveredWithin(stalls, knownAt, lastAbsentAt)];
  });
}
