import type { BenchSettings } from "../model/settings.js";

/** The settings of a run, by name, as the page lists them. */
export function settingsOf(settings: BenchSettings): readonly (readonly [name: string, value: string])[] {
  const { nodeIds, rate, timeLimit, latency, latencyDistribution, topology, faults, faultInterval, seed } = settings;
  return [
    ["nodes", String(nodeIds.length)],
    ["rate", `${rate} operations/s`],
    ["time", `${timeLimit / 1000} s`],
    ["latency", `${latency} ms ${latencyDistribution}`],
    ["topology", topology],
    ["faults", faults.length === 0 ? "none" : `${faults.join(", ")}, every ${faultInterval / 1000} s`],
    ["seed", String(seed)],
  ];
}
