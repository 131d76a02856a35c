import type { BenchResult } from "../model/result.js";
import { runVirtualBench, type VirtualPlan } from "./run-virtual-bench.js";

/** A run, and its cost once it had reached its steady state. */
export interface SteadyRun {
  readonly result: BenchResult;
  /** Messages between nodes per operation within the counted interval; NaN if there was hardly an operation. */
  readonly steadyMessagesPerOperation: number;
}

/** The counted part of a run, in ms since the workload began. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The interval from the end of the warm-up that ends before the time limit and is a whole number of rounds long. The messages of
 * a round leave together, so a part of a round would count for too much or too little.
 * @param period time from one round to the next in ms; null without rounds
 */
export function wholeRounds(warmUp: number, timeLimit: number, period: number | null): Stretch {
  const length = timeLimit - warmUp;
  return { from: warmUp, to: warmUp + (period === null ? length : Math.floor(length / period) * period) };
}

/**
 * Runs a bench in virtual time and counts an interval of it, without its start and without the acknowledgements and reads at
 * its end: from the first operation of the interval to the first one after it.
 */
export function runSteadily(plan: VirtualPlan, { from, to }: Stretch): SteadyRun {
  let serverMessages = () => 0;
  let first: number | undefined;
  let last = 0;
  let operations = 0;
  let isOver = false;
  const result = runVirtualBench({
    ...plan,
    begun: (progress) => {
      plan.begun?.(progress);
      serverMessages = () => progress().serverMessages;
    },
    listener: {
      ...plan.listener,
      event: (event) => {
        plan.listener?.event?.(event);
        if (event.type !== "invoke" || event.final || event.time < from || isOver) return;
        isOver = event.time >= to;
        last = serverMessages();
        if (first === undefined) first = last;
        else operations++;
      },
    },
  });
  return { result, steadyMessagesPerOperation: operations === 0 ? Number.NaN : (last - (first ?? 0)) / operations };
}
