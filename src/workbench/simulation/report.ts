import { DISK_TROUBLES } from "./disk/disk-fault.js";
import { describeScenario } from "./draw-scenario.js";
import { INVARIANTS, type Outcome } from "./outcome.js";
import type { Fault, Scenario } from "./scenario.js";
import type { Shrunk } from "./shrink.js";
import { simulate } from "./simulation.js";

/** Upper bound on the lines of a trace that a failure prints: the last ones are the relevant ones. */
const MOST_LINES = 200;

/** A failure in words: the broken promise, the command to repeat it, and the trace of the smallest scenario found that breaks it too. */
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
      ? `  its trace (times in ms; ${left} earlier ${left === 1 ? "line is" : "lines are"} omitted; --trace shows all):`
      : "  its trace (times in ms):",
    ...lines.slice(left).map((line) => `  ${line}`),
  ].join("\n");
}

/** The trace of a scenario, one line per event. */
export function traceOf(scenario: Scenario): string[] {
  const lines: string[] = [];
  simulate(scenario, { trace: (line) => lines.push(line) });
  return lines;
}

/** A fault in one line. */
export function describeFault(fault: Fault): string {
  const span = `${fault.from / 1000}–${fault.until / 1000} s`;
  switch (fault.kind) {
    case "partition":
      return `partition (${fault.shape}) of ${fault.order.map((index) => `n${index}`).join(" ")}: ${span}`;
    case "cut":
      return `no message from n${fault.source} reaches n${fault.target}: ${span}`;
    case "crash":
      return `n${fault.node} ${fault.powerCut === true ? "loses power" : "is killed"} at ${fault.from / 1000} s, ${fault.returns ? `back at ${fault.until / 1000} s${describeRestart(fault)}` : "and never restarted"}`;
    case "disk":
      return `the disk of n${fault.node} ${DISK_TROUBLES[fault.trouble]}: ${span}`;
    case "rival":
      return `a second process runs as n${fault.node}: ${span}`;
    case "pause":
      return `n${fault.node} is paused: ${span}`;
    default:
      return `${fault.kind} of ${fault.permille / 10} % of the messages${fault.kind === "tail" ? ` by up to ${fault.extra} ms` : ""}: ${span}`;
  }
}

function describeRestart({ initAlone = false, setBack = 0 }: { initAlone?: boolean; setBack?: number }): string {
  return `${initAlone ? " with init only" : ""}${setBack > 0 ? `, its clock set back by ${setBack} ms` : ""}`;
}
