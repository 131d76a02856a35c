import type { Command } from "commander";
import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import { type PresetName, presets } from "../../application/settings/presets.js";
import {
  describeExplored,
  EXPLORED_FAULTS,
  type ExploredFault,
  type ExploredScenario,
  scenariosOf,
} from "../exploration/scenario.js";
import { type FailedRun, Search } from "../exploration/search.js";
import { BREAKAGES, type BreakageName, describeBreakages } from "../simulation/breakages.js";
import { INVARIANTS } from "../simulation/outcome.js";
import { EXIT_CODES } from "./exit-codes.js";
import { Interruption } from "./interruption.js";
import { listOf, numberBetween, oneOf } from "./option-values.js";
import { ProgressBar } from "./progress-bar.js";
import { renderSearches, type SearchRow } from "./search-table.js";

/** States that are visited between two looks at Ctrl-C. */
const SLICE = 200;

interface ExploreOptions {
  readonly preset: readonly PresetName[];
  readonly fault: readonly ExploredFault[];
  readonly states: number;
  readonly nodes: number;
  readonly values: number;
  readonly fanOut: number;
  readonly latency: number;
  readonly window: number;
  readonly seed: number;
  readonly break?: BreakageName;
}

/** `tidecast explore`: every order of events of a small cluster. */
export function addExploreCommand(program: Command, setExitCode: (code: number) => void): void {
  const whole = { integer: true };
  program
    .command("explore")
    .summary("try every order in which messages and timers of a small cluster can happen")
    .description(
      "Tries every order in which the messages, timers and clients' values of a small cluster can happen, with at most one fault " +
        "at any moment, and visits each distinct state once. In each state, no value may be invented, shown twice or taken back. " +
        "In each state in which nothing more happens, every acknowledged value must be on every node. While sim draws orders " +
        "at random, this command leaves none out, as far as the number of states allows.",
    )
    .option(
      "--preset <list>",
      `presets: ${Object.keys(presets).join(", ")}`,
      listOf(Object.keys(presets) as PresetName[]),
      Object.keys(presets) as PresetName[],
    )
    .option(
      "--fault <list>",
      `the fault that may happen once: ${EXPLORED_FAULTS.join(", ")}`,
      listOf(EXPLORED_FAULTS),
      ["loss", "crash"] as const,
    )
    .option("--states <n>", "the most states to visit for each preset", numberBetween(1, 1e8, whole), 20_000)
    .option("--nodes <n>", "members of the cluster, 2 to 5", numberBetween(2, 5, whole), 3)
    .option("--values <n>", "values that clients broadcast, 1 to 4", numberBetween(1, 4, whole), 2)
    .option("--fan-out <n>", "most children of a member", numberBetween(1, 32, whole), 32)
    .option("--latency <ms>", "longest time that a message takes; the shortest is 1 ms", numberBetween(1, 10_000), 200)
    .option(
      "--window <ms>",
      "time in which clients send the values, and a process crashes",
      numberBetween(0, 60_000),
      1_000,
    )
    .option(
      "--seed <seed>",
      "which states come first, if not all can be visited",
      numberBetween(0, 2 ** 32 - 1, whole),
      1,
    )
    .option(
      "--break <name>",
      `build a fault into every node, to see how it is found and reported: ${describeBreakages()}`,
      oneOf(Object.keys(BREAKAGES) as BreakageName[]),
    )
    .addHelpText(
      "after",
      `
Exit codes:
  0    every promise was kept in every state that was visited
  1    a promise was broken
  2    wrong usage
  130  interrupted

Examples:
  tidecast explore --preset eager --fault none
  tidecast explore --preset default --fault loss --states 1000000
  tidecast explore --preset eager --break no-repairs`,
    )
    .action(async (options: ExploreOptions) => setExitCode(await run(options)));
}

async function run(options: ExploreOptions): Promise<number> {
  const interruption = new Interruption();
  const progress = new ProgressBar(options.preset.length * options.states, "states");
  let done = 0;
  try {
    for (const preset of options.preset) {
      const searches: SearchRow[] = [];
      const scenarios = options.fault.flatMap((fault) => scenariosOf(baseOf(options, preset, fault), options.values));
      let states = 0;
      for (const [index, scenario] of scenarios.entries()) {
        // What a search leaves over, the later ones may use.
        const most = Math.ceil((options.states - states) / (scenarios.length - index));
        const search = new Search(scenario, new SeededRandom(options.seed));
        while (!interruption.isPending && !isOver(search, most)) {
          search.visit(Math.min(most, search.states + SLICE));
          progress.show(done + states + search.states, describeExplored(scenario));
          await interruption.letThrough();
        }
        states += search.states;
        searches.push({ scenario, search });
        if (interruption.isPending || search.failed !== undefined) break;
      }
      done += options.states;
      progress.clear();
      console.log(renderSearches(preset, searches));
      const last = searches.at(-1);
      if (last?.search.failed !== undefined) {
        console.error(describeFailure(last.scenario, last.search.failed, replayOf(options, preset)));
        return EXIT_CODES.failed;
      }
      if (interruption.isPending) return EXIT_CODES.interrupted;
    }
  } finally {
    progress.stop();
    interruption.stop();
  }
  return EXIT_CODES.passed;
}

function isOver(search: Search, most: number): boolean {
  return search.failed !== undefined || search.isComplete || search.states >= most;
}

function baseOf(
  options: ExploreOptions,
  preset: PresetName,
  fault: ExploredFault,
): Omit<ExploredScenario, "receivers"> {
  const { nodes, fanOut, latency, window } = options;
  return { preset, fault, nodes, fanOut, latency: [1, Math.max(1, latency)], window, breakage: options.break };
}

function describeFailure(scenario: ExploredScenario, { broken, lines }: FailedRun, replay: string): string {
  return [
    `FAILED: ${broken.invariant} (${INVARIANTS[broken.invariant]})`,
    `  ${broken.problem}`,
    `  scenario: ${describeExplored(scenario)}`,
    `  replay:   ${replay}`,
    "  what happened (times in ms, each by the clock of its node; timers that send nothing are left out):",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

/** The command that finds the failure again: all faults are tried again, since the searches share out the states. */
function replayOf(options: ExploreOptions, preset: PresetName): string {
  const { fault, states, nodes, values, fanOut, latency, window, seed } = options;
  const rest = `--states ${states} --nodes ${nodes} --values ${values} --fan-out ${fanOut} --latency ${latency} --window ${window} --seed ${seed}`;
  const breakage = options.break === undefined ? "" : ` --break ${options.break}`;
  return `npx tidecast explore --preset ${preset} --fault ${fault.join(",")} ${rest}${breakage}`;
}
