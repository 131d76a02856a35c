import { FakeClock } from "../../adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../adapters/memory-journal/memory-journals.js";
import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { Settings } from "../../application/settings/settings.js";
import type { BenchResult } from "../model/result.js";
import { type BenchPlan, type Progress, type RunListener, runBench } from "../model/run-bench.js";
import type { ClockFaults } from "./node-clock.js";
import { type ProcessorModel, SharedProcessor } from "./shared-processor.js";
import { VirtualHost } from "./virtual-host.js";

/** Parameters of a bench in virtual time. */
export interface VirtualPlan extends BenchPlan {
  /** The settings of every node. */
  readonly node: Settings;
  /** Deviations of the nodes' timers; perfect ones if absent. */
  readonly clockFaults?: ClockFaults;
  /** The machine that the nodes share; infinitely fast if absent. */
  readonly processor?: ProcessorModel;
  /** Whether the nodes keep a journal, and so know their values after a restart; false if absent. */
  readonly withJournals?: boolean;
  readonly listener?: RunListener;
  /** Called once, at the start, with a function that returns the current progress. */
  readonly begun?: (progress: () => Progress) => void;
}

/**
 * Runs a whole bench, nodes included, in virtual time, within this call: one thread, one seed, the same result every time.
 * @throws {Error} if the run makes no progress, which only a bug of the bench can cause
 */
export function runVirtualBench({
  node,
  clockFaults,
  processor: model,
  withJournals,
  listener,
  begun,
  ...plan
}: VirtualPlan): BenchResult {
  const clock = new FakeClock();
  const seed = new SeededRandom(plan.settings.seed);
  const forks = { workload: seed.fork(), network: seed.fork(), faults: seed.fork() };
  const journals = withJournals ? new MemoryJournals(clock) : undefined;
  const nodes = seed.fork();
  const random = { ...forks, services: seed.fork() };
  const processor = model && new SharedProcessor(clock, seed.fork(), model);
  const host = new VirtualHost({ clock, random: nodes }, node, { clockFaults, processor, journals });
  let result: BenchResult | undefined;
  const run = runBench(plan, { clock, random, host, ...(listener && { listener }) }, (finished) => {
    result = finished;
  });
  begun?.(() => run.progress());
  while (result === undefined)
    if (!clock.step()) throw new Error("the run makes no progress: this is a bug of the bench");
  return result;
}
