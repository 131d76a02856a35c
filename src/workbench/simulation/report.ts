import { describeScenario } from "./draw-scenario.js";
import { INVARIANTS, type Outcome } from "./outcome.js";
import type { Fault, Scenario } from "./scenario.js";
import type { Shrunk } from "./shrink.js";
import { simulate } from "./simulation.js";

/** The most lines of a trace that a failure prints: the last ones are those that matter. */
const MOST_LINES = 200;

/** A failure in words: what broke, how to see it again, and the trace of the smallest scenario found that breaks it too. */
export function describeFailure(scenario: Scenario, outcome: Outcome, replay: string, shrunk: Shrunk): string {
  const { violation } = outcome;
  if (violation === undefined) throw new Error("nothing failed");
  const lines = traceOf(shrunk.scenario);
  const left = Math.max(0, lines.length - MOST_LINES);
  return [
    `seed ${scenario.seed} FAILED: ${violation.invariant} at ${(violation.at / 1000).toFixed(3)} s (${INVARIANTS[violation.invariant]})`,
    `  ${violation.problem}`,
    `  scenario: ${describeScenario(scenario)}`,
    ...scenario.faults.map((fault) => `    ${describeFault(fault)}`),
    `  replay:   ${replay}`,
    `  shrunk in ${shrunk.attempts} runs to: ${describeScenario(shrunk.scenario)}`,
    ...shrunk.scenario.faults.map((fault) => `    ${describeFault(fault)}`),
    `  ${shrunk.outcome.violation?.problem ?? ""}`,
    left > 0
      ? `  its trace (times in ms; ${left} lines before these are left out, --trace shows all):`
      : "  its trace (times in ms):",
    ...lines.slice(left).map((line) => `  ${line}`),
  ].join("\n");
}

/** Everything that happens in a scenario, a line each. */
export function traceOf(scenario: Scenario): string[] {
  const lines: string[] = [];
  simulate(scenario, { trace: (line) => lines.push(line) });
  return lines;
}

/** A fault on one line. */
export function describeFault(fault: Fault): string {
  const span = `${fault.from / 1000}–${fault.until / 1000} s`;
  switch (fault.kind) {
    case "partition":
      return `partition (${fault.shape}) of ${fault.order.map((index) => `n${index}`).join(" ")}: ${span}`;
    case "cut":
      return `nothing gets from n${fault.source} to n${fault.target}: ${span}`;
    case "crash":
      return `n${fault.node} is killed at ${fault.from / 1000} s, ${fault.returns ? `back at ${fault.until / 1000} s${describeRestart(fault)}` : "for good"}`;
    case "rival":
      return `a second process is n${fault.node} as well: ${span}`;
    case "pause":
      return `n${fault.node} stands still: ${span}`;
    default:
      return `${fault.kind} of ${fault.permille / 10} % of the messages${fault.kind === "tail" ? ` by up to ${fault.extra} ms` : ""}: ${span}`;
  }
}

function describeRestart({ initAlone = false, setBack = 0 }: { initAlone?: boolean; setBack?: number }): string {
  return `${initAlone ? " with init alone" : ""}${setBack > 0 ? `, its clock set back by ${setBack} ms` : ""}`;
}
