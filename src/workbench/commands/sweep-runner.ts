import type { BenchPlan } from "../model/run-bench.js";
import { BUSY_MACHINE } from "../virtual-cluster/node-clock.js";
import { runVirtualBench } from "../virtual-cluster/run-virtual-bench.js";
import { executableAt } from "./executable.js";
import { nodeSettings } from "./node-settings.js";
import { type ProcessRun, runOnProcesses } from "./run-on-processes.js";

/** Runs a plan on nodes with these arguments. */
export interface SweepRunner {
  run(plan: BenchPlan, args: readonly string[]): Promise<ProcessRun>;
  stop(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs in virtual time. Timers are late as on a busy machine. Signals are handled between two runs. */
export function virtualRunner(): SweepRunner {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    run: async (plan, args) => {
      const result = runVirtualBench({ ...plan, node: nodeSettings(args), clockFaults: BUSY_MACHINE });
      // A run blocks the thread until it ends; this lets signals through.
      await new Promise((resolve) => setImmediate(resolve));
      return { result, interrupted };
    },
    stop: () => {
      for (const signal of SIGNALS) process.removeListener(signal, interrupt);
    },
  };
}

/** Runs real processes in real time. */
export function processRunner(bin: string): SweepRunner {
  const executable = executableAt(bin);
  return { run: (plan, args) => runOnProcesses(plan, { bin: executable, args }), stop: () => {} };
}
