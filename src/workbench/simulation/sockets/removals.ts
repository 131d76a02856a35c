import type { SocketScenario } from "./socket-scenario.js";

/** Time in ms within which a member is removed everywhere, by the way it ends; see `tcpMembership`. */
const LIMITS = { leave: 1_000, kill: 5_000, power: 90_000 } as const;

/**
 * The ends of members after which a limit holds: nothing else happens to the cluster around that time, and its network is faultless
 * and fast enough for the limit to count.
 */
export function removalsOf({ events, faults, model }: SocketScenario): {
  readonly at: number;
  readonly node: number;
  readonly limit: number;
}[] {
  if (faults.length > 0 || model.loss > 0 || model.latency > 20) return [];
  return events.flatMap(({ at, node, what }) => {
    if (what === "start") return [];
    const limit = LIMITS[what];
    const isCalm = events.every(
      (other) =>
        (other.at === at && other.node === node) ||
        other.at > at + limit ||
        other.at < at - (other.what === "power" ? LIMITS.power + 10_000 : 10_000),
    );
    return isCalm ? [{ at, node, limit }] : [];
  });
}
