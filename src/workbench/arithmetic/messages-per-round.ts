import type { Arrivals } from "./arrivals.js";
import type { TreeEdge, TreeShape } from "./tree-shape.js";

/** The rounds whose messages are counted. Times in ms. */
export interface Rounds {
  /** P: time from one downcast of the root to the next. */
  readonly period: number;
  /** Time that an acknowledgement waits for values to travel with. */
  readonly acknowledgementDelay: number;
  /** A round trip over one hop. */
  readonly roundTrip: number;
  /** Time between an upcast's arrival and its parent's departure. */
  readonly guard: number;
}

/** Expected messages in one round of the whole tree. */
export interface MessagesPerRound {
  readonly upcasts: number;
  readonly downcasts: number;
  /** Acknowledgements to the parent that found no values to travel with. */
  readonly lateAcknowledgements: number;
  readonly total: number;
}

/**
 * Expected number of edges with a message in a round, in a steady state, with no message lost or late.
 *
 * For an edge above a subtree of s of the N members:
 * - its *upcast* is empty if none of the s accepted a value during P: 1 - none(P, s);
 * - its *downcast* carries values unless none of the N - s others accepted one. In that case it is still sent if the subtree
 *   had values, to acknowledge them in the same round. So it is omitted only if no member accepted a value:
 *   1 - none(P, N);
 * - *acknowledgements up* travel with upcasts. One that waits for values longer than the delay travels alone: see below.
 *
 * This holds at every height, since values and acknowledgements of a round pass every edge once.
 */
export function messagesPerRound(tree: TreeShape, rounds: Rounds, arrivals: Arrivals): MessagesPerRound {
  const downcast = 1 - arrivals.noneWithin(rounds.period, tree.size);
  let [upcasts, downcasts, lateAcknowledgements] = [0, 0, 0];
  for (const { edge, count } of alike(tree.edges)) {
    upcasts += count * (1 - arrivals.noneWithin(rounds.period, edge.below));
    downcasts += count * downcast;
    lateAcknowledgements += count * lateAcknowledgementsPerRound(edge, rounds, arrivals);
  }
  return { upcasts, downcasts, lateAcknowledgements, total: upcasts + downcasts + lateAcknowledgements };
}

/** Groups of equivalent edges: a large tree has few kinds. */
function alike(edges: readonly TreeEdge[]): Iterable<{ readonly edge: TreeEdge; readonly count: number }> {
  const kinds = new Map<string, { edge: TreeEdge; count: number }>();
  for (const edge of edges) {
    const key = `${edge.level}/${edge.below}`;
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { edge, count: 1 });
    else kind.count++;
  }
  return kinds.values();
}

/**
 * Acknowledgements per round that travel alone over one edge: a renewal process, counted in rounds.
 *
 * After an acknowledgement has left, the next downcast with values comes with probability q per round: (1 - q)/q rounds
 * without one on average. An upcast from level l leaves l·(2d + guard) before the downcast of its round arrives, so
 * m = floor((D + l·(2d + guard))/P) of them leave within the delay D; S(j), that none of the first j has values, is
 * none(jP, s). If none of the m has any, an acknowledgement travels alone, and the next downcast is the M-th after the
 * acknowledged one, M = floor(D/P) + 1. A cycle takes (1 - q)/q + S(0) + … + S(m - 1) + (M - m)·S(m) rounds and costs S(m)
 * messages.
 */
function lateAcknowledgementsPerRound({ below, level }: TreeEdge, rounds: Rounds, arrivals: Arrivals): number {
  const { period, acknowledgementDelay, roundTrip, guard } = rounds;
  const q = 1 - arrivals.noneElsewhereWithin(period, below);
  if (q === 0) return 0;
  const nobody = (upcasts: number) => arrivals.noneWithin(upcasts * period, below);
  const upcasts = Math.floor((acknowledgementDelay + level * (roundTrip + guard)) / period);
  const downcastsUntilNext = Math.floor(acknowledgementDelay / period) + 1;
  let cycle = (1 - q) / q + (downcastsUntilNext - upcasts) * nobody(upcasts);
  for (let upcast = 0; upcast < upcasts; upcast++) cycle += nobody(upcast);
  return nobody(upcasts) / cycle;
}
