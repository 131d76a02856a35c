import { describeSockets, type SocketScenario } from "./socket-scenario.js";
import { simulateSockets } from "./socket-simulation.js";

/** Upper bound on the runs that make a failing scenario smaller. */
const MOST_RUNS = 80;
/** Number of the last lines of the trace that are printed. */
const LINES = 60;

/** The first words of a problem, without the names in it: two problems with the same are of one kind. */
const kindOf = (problem: string | undefined) => problem?.replace(/n?\d+/g, "#").split(":")[0];

/**
 * A failure in words: the broken promise, the command to repeat it, the smallest scenario found that breaks the same one, and the end
 * of its trace.
 */
export async function describeSocketFailure(scenario: SocketScenario, problem: string): Promise<string> {
  const smallest = await shrink(scenario, problem);
  const trace: string[] = [];
  const outcome = await simulateSockets(smallest, (line) => trace.push(line));
  const skipped = trace.length > LINES ? [`… ${trace.length - LINES} earlier lines`] : [];
  return [
    `seed ${scenario.seed} FAILED on simulated sockets`,
    `  ${problem}`,
    `  replay:   npx tidecast sim --sockets --seed ${scenario.seed}`,
    `  trace:    npx tidecast sim --sockets --seed ${scenario.seed} --trace`,
    "  shrunk to:",
    ...describeSockets(smallest).map((line) => `    ${line}`),
    `  which fails with: ${outcome.problem}`,
    ...[...skipped, ...trace.slice(-LINES)].map((line) => `    ${line}`),
  ].join("\n");
}

/** Leaves out values, faults and events for as long as the same kind of promise is broken. */
async function shrink(scenario: SocketScenario, problem: string): Promise<SocketScenario> {
  let smallest = scenario;
  let runs = 0;
  for (const key of ["values", "faults", "events"] as const)
    for (let length = Math.max(1, smallest[key].length >> 1); ; length >>= 1) {
      for (let index = smallest[key].length - length; index >= 0 && runs < MOST_RUNS; index -= length) {
        const smaller = { ...smallest, [key]: smallest[key].toSpliced(index, length) };
        runs++;
        const outcome = await simulateSockets(smaller);
        if (kindOf(outcome.problem) === kindOf(problem)) smallest = smaller;
      }
      if (length === 1 || runs >= MOST_RUNS) break;
    }
  return smallest;
}
