import { drawSockets } from "../simulation/sockets/draw-sockets.js";
import { describeSocketFailure } from "../simulation/sockets/socket-report.js";
import { describeSockets } from "../simulation/sockets/socket-scenario.js";
import { simulateSockets } from "../simulation/sockets/socket-simulation.js";
import { SocketTally } from "../simulation/sockets/socket-tally.js";
import { hashOf } from "../simulation/trace.js";
import { EXIT_CODES } from "./exit-codes.js";
import { Interruption } from "./interruption.js";
import { ProgressBar } from "./progress-bar.js";

/** Upper bound on failures that are shrunk and printed in full. */
const MOST_REPORTS = 3;

/** Runs one seed of `sim --sockets`; returns the exit code. */
export async function runOneOnSockets(seed: number, hasTrace: boolean): Promise<number> {
  const scenario = drawSockets(seed);
  const trace: string[] = [];
  const outcome = await simulateSockets(scenario, hasTrace ? (line) => trace.push(line) : undefined);
  if (hasTrace)
    console.log(
      [...describeSockets(scenario), ...trace, `trace: ${trace.length} lines, SHA-256 ${hashOf(trace)}`].join("\n"),
    );
  if (outcome.problem !== undefined) {
    console.error(await describeSocketFailure(scenario, outcome.problem));
    return EXIT_CODES.failed;
  }
  const { acknowledged, lost, agreement } = outcome;
  console.log(
    `seed ${seed}: ${describeSockets(scenario)[0]}\n` +
      `passed: ${acknowledged} values acknowledged${lost > 0 ? `, ${lost} of them lost with the only processes that had them` : ""}; ` +
      `all members agreed ${Math.max(0, Math.round(agreement))} ms after the last event`,
  );
  return EXIT_CODES.passed;
}

/** Runs many seeds of `sim --sockets`; returns the exit code. */
export async function runManyOnSockets(from: number, seeds: number): Promise<number> {
  const interruption = new Interruption();
  const progress = new ProgressBar(seeds, "seeds");
  const tally = new SocketTally();
  let [ran, failed] = [0, 0];
  try {
    for (let seed = from; seed < from + seeds && !interruption.isPending; seed++) {
      progress.show(ran, `${failed} failed`);
      const scenario = drawSockets(seed);
      const outcome = await simulateSockets(scenario);
      tally.add(scenario, outcome);
      ran++;
      const { problem } = outcome;
      if (problem !== undefined) {
        failed++;
        progress.clear();
        const isReported = failed <= MOST_REPORTS;
        console.error(isReported ? await describeSocketFailure(scenario, problem) : `seed ${seed} FAILED: ${problem}`);
      }
      await interruption.letThrough();
    }
  } finally {
    progress.stop();
    interruption.stop();
  }
  console.log(`${ran} ${ran === 1 ? "seed" : "seeds"} from ${from} on simulated sockets: ${failed} failed`);
  console.log(tally.describe());
  if (interruption.isPending) return EXIT_CODES.interrupted;
  return failed === 0 ? EXIT_CODES.passed : EXIT_CODES.failed;
}
