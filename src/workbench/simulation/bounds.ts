import type { Scenario } from "./scenario.js";

/** Limits that the invariants impose on the cluster. */
export interface Bounds {
  /** From the last value and fault until every member knows everything, in ms. */
  readonly convergence: number;
}

export const DEFAULT_BOUNDS: Bounds = { convergence: 15_000 };

/** Unsettled message numbers on one link: the memory of losses, doubled. */
export const MOST_IN_FLIGHT = 1_000;

/** From the end of the faults to the idle minute, and its length, in ms. */
export const CALM_DOWN = 60_000;
export const IDLE_TIME = 60_000;

/** Upper bound on the messages within a second if `values` new ones came in it or in the second before. */
export function mostMessages({ clocks, ack = 1, values: all, maxMessageBytes }: Scenario, values: number): number {
  const nodes = clocks.length;
  // Eager or in windows each value costs up to 2·nodes messages, acknowledged; digests, probes and repairs are additional.
  let usual = 100 * nodes + 8 * nodes * values;
  // Each neighbour of a member that has lost its journal sends it all values, about five in a small message, and it
  // acknowledges each message.
  if (maxMessageBytes !== undefined) usual += nodes * Math.ceil(all.length / 2);
  // While the tree is broken, every member with pending answers asks all others, once or twice per second.
  return ack === 1 ? usual : usual + 3 * nodes * nodes;
}

/**
 * Upper bound on the messages of an idle minute: 30 for 25 nodes, more for more. The root probes a member that is permanently
 * gone every 1.5 s, and others probe it once per minute. The proposal's fixed intervals are never quiet: `undefined`.
 * @param renewals number of nodes that took a later incarnation within the minute. A clock that was set back, or a second
 *   process, is noticed when the node speaks to a member that knows a later incarnation: in an idle cluster up to two minutes
 *   later, and then the node compares digests with each of its neighbours. Each such fault excuses one.
 */
export function mostIdleMessages({ preset, clocks, faults }: Scenario, renewals: number): number | undefined {
  if (preset === "proposal") return undefined;
  const nodes = clocks.length;
  const gone = new Set(faults.flatMap((fault) => (fault.kind === "crash" && !fault.returns ? [fault.node] : []))).size;
  const outdated = faults.filter(
    (fault) => fault.kind === "rival" || (fault.kind === "crash" && (fault.setBack ?? 0) > 0),
  );
  return (
    Math.ceil(Math.max(30, (30 * nodes) / 25)) +
    gone * (45 + 2 * nodes) +
    Math.min(renewals, outdated.length) * 2 * nodes
  );
}
