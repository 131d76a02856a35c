import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { NodeHost } from "../model/node-host.js";
import type { BenchResult } from "../model/result.js";
import { type BenchPlan, type Progress, type RunListener, runBench } from "../model/run-bench.js";
import { PreciseClock } from "../process-cluster/precise-clock.js";
import { ProcessCluster, type ProcessClusterOptions } from "../process-cluster/process-cluster.js";

/** The result of a run on real processes. */
export interface ProcessRun {
  readonly result: BenchResult;
  /** Whether a signal ended the run. */
  readonly interrupted: boolean;
}

/** Callbacks that follow a run. */
export interface Watcher extends RunListener {
  /** Called once, with a function that returns the current progress. */
  readonly begun?: (progress: () => Progress) => void;
}

/** CPU time of this process so far (ms). */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a plan on real processes; resolves once all of them have exited. A signal ends the run early. */
export function runOnProcesses(
  plan: BenchPlan,
  nodes: ProcessClusterOptions,
  watcher: Watcher = {},
): Promise<ProcessRun> {
  return runOn(new ProcessCluster(nodes), plan, watcher);
}

/** Runs a plan on the nodes of a host, in real time; stops the host at the end. A signal ends the run early. */
export async function runOn(
  host: NodeHost & { stop(): Promise<void> },
  plan: BenchPlan,
  watcher: Watcher = {},
): Promise<ProcessRun> {
  const clock = new PreciseClock();
  const seed = new SeededRandom(plan.settings.seed);
  const random = { workload: seed.fork(), network: seed.fork(), faults: seed.fork(), services: seed.fork() };
  let interrupted = false;
  let interrupt = () => {};
  for (const signal of SIGNALS) process.on(signal, () => interrupt());
  try {
    const result = await new Promise<BenchResult>((resolve) => {
      const run = runBench(plan, { clock, random, host, listener: watcher, cpuTime }, resolve);
      interrupt = () => {
        interrupted = true;
        run.abort("interrupted");
      };
      watcher.begun?.(() => run.progress());
    });
    return { result, interrupted };
  } finally {
    clock.stop();
    await host.stop();
    for (const signal of SIGNALS) process.removeAllListeners(signal);
  }
}
