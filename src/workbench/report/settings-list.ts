import type { BenchSettings } from "../model/settings.js";
import type { SendingMode } from "./data/run-report.js";

/** The nodes of a run. */
export interface NodeDescription {
  /** The executable, as it was given: "./my-node". */
  readonly executable: string;
  readonly args: readonly string[];
  /** How they were set to send; absent for foreign nodes. */
  readonly mode?: SendingMode;
}

/** The settings of a run by name, for the page. @param node absent if there is no description of the nodes */
export function settingsOf(
  settings: BenchSettings,
  node?: NodeDescription,
): readonly (readonly [name: string, value: string])[] {
  const { nodeIds, rate, timeLimit, latency, latencyDistribution, topology, faults, faultInterval, seed } = settings;
  return [
    ["nodes", String(nodeIds.length)],
    ...(node === undefined ? [] : ([["executable", node.executable]] as const)),
    ...(node === undefined || node.args.length === 0 ? [] : ([["arguments", node.args.join(" ")]] as const)),
    ["rate", `${rate} operations/s`],
    ["duration", `${timeLimit / 1000} s`],
    ["latency", `${latency} ms ${latencyDistribution}`],
    ["topology", topology],
    ["faults", faults.length === 0 ? "none" : `${faults.join(", ")}, every ${faultInterval / 1000} s`],
    ["seed", String(seed)],
  ];
}
