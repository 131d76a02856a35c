import { describeFault } from "./describe-fault.js";
import { describeScenario } from "./draw-scenario.js";
import { INVARIANTS, type Outcome, type Violation } from "./outcome.js";
import type { Scenario } from "./scenario.js";
import type { Shrunk } from "./shrink.js";
import { simulate } from "./simulation.js";
import { tellWhatIsMissing } from "./value-story.js";

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
    ...scenario.faults.map((fault) => `    ${describeFault(scenario, fault)}`),
    `  replay:   ${replay}`,
    `  shrunk in ${shrunk.attempts} runs to: ${describeScenario(shrunk.scenario)}`,
    ...shrunk.scenario.faults.map((fault) => `    ${describeFault(shrunk.scenario, fault)}`),
    `  replay:   ${replay} --shrunk`,
    ...describeShrunk(shrunk).map((line) => `  ${line}`),
    left > 0
      ? `  its trace (times in ms; ${left} earlier ${left === 1 ? "line is" : "lines are"} omitted; --trace shows all):`
      : "  its trace (times in ms):",
    ...lines.slice(left).map((line) => `  ${line}`),
  ].join("\n");
}

/** What went wrong in the smallest scenario: if a value is missing, also where, and since when. */
export function describeShrunk({ scenario, outcome }: Shrunk): string[] {
  const { problem, missing } = outcome.violation as Violation;
  return [problem, ...(missing === undefined ? [] : tellWhatIsMissing(scenario, missing))];
}

/** The trace of a scenario, one line per event. */
export function traceOf(scenario: Scenario): string[] {
  const lines: string[] = [];
  simulate(scenario, { trace: (line) => lines.push(line) });
  return lines;
}
