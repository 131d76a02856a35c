import type { Scenario } from "./scenario.js";

/** Limits that the invariants hold the cluster to. */
export interface Bounds {
  /** From the last value and fault until everyone knows everything, in ms. */
  readonly convergence: number;
}

export const DEFAULT_BOUNDS: Bounds = { convergence: 15_000 };

/** Message numbers that may be unsettled on one link: what is remembered of losses, and as much again. */
export const MOST_IN_FLIGHT = 1_000;

/** From the end of the faults to the idle minute, and its length, in ms. */
export const CALM_DOWN = 60_000;
export const IDLE_TIME = 60_000;

/** The most messages that a cluster may send within a second in which, or in the one before, `values` new ones came. */
export function mostMessages({ clocks, ack = 1 }: Scenario, values: number): number {
  const nodes = clocks.length;
  // Eager or in windows each value costs up to 2·nodes messages, acknowledged; digests, probes and repairs come on top.
  const usual = 100 * nodes + 8 * nodes * values;
  // While the tree is broken everyone who waits for others asks all of them, once or twice a second.
  return ack === 1 ? usual : usual + 3 * nodes * nodes;
}

/**
 * The most messages of an idle minute: 30 for 25 nodes, more for more. A member that is gone for good is asked for by the root
 * every 1.5 s, and by others once a minute. The proposal's fixed intervals are never quiet: `undefined`.
 * @param renewals how many nodes went on in a later life within the minute. A clock that was set back, or a second process, is
 * noticed when the node speaks to a member that knows a later life: in an idle cluster that is up to two minutes later, and
 * then the node compares digests with each of its neighbours. Each such fault excuses one.
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
