import type { Arrivals } from "./arrivals.js";
import type { TreeShape } from "./tree-shape.js";

/** The rounds whose messages are counted. Times in ms. */
export interface Rounds {
  /** P: from one downcast of the root to the next. */
  readonly period: number;
  /** How long an acknowledgement waits for values to ride on. */
  readonly acknowledgementDelay: number;
  /** From the departure of an upcast to the arrival of the downcast that follows it: a round trip and a guard. */
  readonly turnaround: number;
}

/** Expected messages in one round of the whole tree. */
export interface MessagesPerRound {
  readonly upcasts: number;
  readonly downcasts: number;
  /** Acknowledgements to the parent that found no values to ride on. */
  readonly lateAcknowledgements: number;
  readonly total: number;
}

/**
 * The expected number of edges that carry something in a round, in a steady state, nothing lost and nothing late.
 *
 * For an edge above a subtree of s of the N members:
 * - its *upcast* is empty if none of the s accepted a value during P: 1 - none(P, s);
 * - its *downcast* carries values unless none of the N - s others accepted one. If so it is sent all the same when the
 *   subtree had values, to acknowledge them in the same round: so it is left out only if nobody at all accepted a value:
 *   1 - none(P, N);
 * - *acknowledgements up* ride on upcasts. One that waits longer than the delay for values travels alone: see below.
 *
 * The same holds at every height, since values and acknowledgements of a round pass every edge once.
 */
export function messagesPerRound(tree: TreeShape, rounds: Rounds, arrivals: Arrivals): MessagesPerRound {
  const perSubtree = new Map<number, number>();
  for (const members of tree.subtrees) perSubtree.set(members, (perSubtree.get(members) ?? 0) + 1);
  const downcast = 1 - arrivals.noneWithin(rounds.period, tree.size);
  let [upcasts, downcasts, lateAcknowledgements] = [0, 0, 0];
  for (const [members, edges] of perSubtree) {
    upcasts += edges * (1 - arrivals.noneWithin(rounds.period, members));
    downcasts += edges * downcast;
    lateAcknowledgements += edges * lateAcknowledgementsPerRound(members, rounds, arrivals);
  }
  return { upcasts, downcasts, lateAcknowledgements, total: upcasts + downcasts + lateAcknowledgements };
}

/**
 * Acknowledgements a round that travel alone over one edge: a renewal process, counted in rounds.
 *
 * After an acknowledgement has left, the next downcast with values comes with probability q a round: (1 - q)/q rounds
 * without one on average. From then on up to m upcasts leave within the delay; S(j), that none of the first j has values,
 * is none(jP, s). If none of m has any, an acknowledgement travels alone, and the next downcast is the M-th after the one
 * acknowledged. A cycle takes (1 - q)/q + S(0) + … + S(m - 1) + (M - m)·S(m) rounds and costs S(m) messages.
 */
function lateAcknowledgementsPerRound(members: number, rounds: Rounds, arrivals: Arrivals): number {
  const { period, acknowledgementDelay, turnaround } = rounds;
  const q = 1 - arrivals.noneElsewhereWithin(period, members);
  if (q === 0) return 0;
  const nobody = (upcasts: number) => arrivals.noneWithin(upcasts * period, members);
  const firstUpcast = Math.max(0, period - turnaround);
  const upcasts =
    acknowledgementDelay < firstUpcast ? 0 : Math.floor((acknowledgementDelay - firstUpcast) / period) + 1;
  let cycle = (1 - q) / q;
  for (let upcast = 0; upcast < upcasts; upcast++) cycle += nobody(upcast);
  const downcastsPassed = Math.max(1, Math.ceil(acknowledgementDelay / period));
  cycle += (downcastsPassed - upcasts) * nobody(upcasts);
  return nobody(upcasts) / cycle;
}
