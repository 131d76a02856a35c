import { describeMemberScenario, type MemberScenario } from "./member-scenario.js";
import { simulateMembers } from "./member-simulation.js";

/** Upper bound on the runs that make a failing scenario smaller. */
const MOST_RUNS = 60;

/** A failure in words: the broken promise, the command to repeat it, and the smallest scenario found that breaks one too. */
export async function describeMemberFailure(scenario: MemberScenario, problem: string): Promise<string> {
  const smallest = await shrink(scenario);
  return [
    `seed ${scenario.seed} FAILED: members that come and go (all members agree on who is there, and have all values)`,
    `  ${problem}`,
    `  replay:   npx tidecast sim --seed ${scenario.seed}`,
    "  shrunk to:",
    ...describeMemberScenario(smallest).map((line) => `    ${line}`),
  ].join("\n");
}

/** Leaves out events, partitions and values for as long as a promise is still broken. */
async function shrink(scenario: MemberScenario): Promise<MemberScenario> {
  let smallest = scenario;
  let runs = 0;
  for (const key of ["values", "partings", "events"] as const)
    for (let index = smallest[key].length - 1; index >= 0 && runs < MOST_RUNS; index--) {
      const smaller = { ...smallest, [key]: smallest[key].toSpliced(index, 1) };
      runs++;
      if ((await simulateMembers(smaller)).problem !== undefined) smallest = smaller;
    }
  return smallest;
}
