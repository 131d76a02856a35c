import type { BenchResult } from "../model/result.js";
import { runVirtualBench, type VirtualPlan } from "./run-virtual-bench.js";

/** A run, and what it cost once it had found its rhythm. */
export interface SteadyRun {
  readonly result: BenchResult;
  /** Server messages by operations between the warm-up and the time limit; NaN if there was hardly an operation. */
  readonly steadyMessagesPerOperation: number;
}

/**
 * Runs a bench in virtual time and counts apart from its start, and from the acknowledgements and reads at its end:
 * between the first operation after `warmUp` ms and the last one.
 */
export function runSteadily(plan: VirtualPlan, warmUp: number): SteadyRun {
  let serverMessages = () => 0;
  let first: number | undefined;
  let last = 0;
  let operations = 0;
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
        if (event.type !== "invoke" || event.final || event.time < warmUp) return;
        last = serverMessages();
        if (first === undefined) first = last;
        else operations++;
      },
    },
  });
  return { result, steadyMessagesPerOperation: operations === 0 ? Number.NaN : (last - (first ?? 0)) / operations };
}
