import type { TreePosition } from "../../src/domain/tree-builder.js";

/** One edge of the tree, by the member at its lower end. */
export interface TreeEdge {
  /** Members at the lower end and below it. */
  readonly below: number;
  /** Hops from the root to the lower end. */
  readonly level: number;
}

/** What rounds run under. Times in ms. */
export interface RoundsUnderLoad {
  /** Members of the cluster. */
  readonly size: number;
  readonly edges: readonly TreeEdge[];
  /** Values a second that clients give to members chosen evenly (a Poisson process). */
  readonly rate: number;
  readonly period: number;
  /** A round trip over one hop. */
  readonly roundTrip: number;
  readonly guard: number;
  readonly acknowledgementDelay: number;
}

/**
 * The expected number of messages a second under load, from the number of edges that have something to carry.
 *
 * In a round of length P, v = rate·P values are accepted, s/N of them at or below an edge with s members below it.
 * - The upcast leaves if one of these was accepted: u = 1 - exp(-v·s/N).
 * - The downcast leaves if any value was accepted at all: 1 - exp(-v). One from elsewhere has to be passed on, one from
 *   below is acknowledged in the same round.
 * - An acknowledgement travels upwards alone if no upcast takes it along. The lower end owes it from a downcast with
 *   values on, which comes with w = 1 - exp(-v·(N - s)/N). An upcast leaves l·(2d + guard) before the downcast of its
 *   round arrives (at level l), so that K = floor((D + l·(2d + guard))/P) upcasts may take it along within the delay D, and
 *   otherwise M = floor(D/P) + 1 rounds pass until the next downcast. From one downcast at which nothing is owed to the
 *   next: (1 - w)/w rounds of waiting for values, and then either k rounds to the upcast (with u(1 - u)^(k - 1)), or M
 *   rounds and a message (with (1 - u)^K). Messages a round: (1 - u)^K divided by the expected rounds.
 */
export function expectedMessagesPerSecond(conditions: RoundsUnderLoad): number {
  const { size, edges, rate, period } = conditions;
  const values = (rate * period) / 1000;
  const downcast = 1 - Math.exp(-values);
  let perRound = 0;
  for (const { below, level } of edges) {
    const upcast = 1 - Math.exp((-values * below) / size);
    const news = 1 - Math.exp((-values * (size - below)) / size);
    perRound += upcast + downcast + lonelyAcknowledgements(conditions, level, upcast, news);
  }
  return (perRound * 1000) / period;
}

/** Expected acknowledgements a round that travel up an edge alone. */
function lonelyAcknowledgements(conditions: RoundsUnderLoad, level: number, upcast: number, news: number): number {
  const { period, roundTrip, guard, acknowledgementDelay } = conditions;
  const chances = Math.floor((acknowledgementDelay + level * (roundTrip + guard)) / period);
  let rounds = (1 - news) / news;
  for (let chance = 1; chance <= chances; chance++) rounds += chance * upcast * (1 - upcast) ** (chance - 1);
  const lonely = (1 - upcast) ** chances;
  rounds += lonely * (Math.floor(acknowledgementDelay / period) + 1);
  return lonely / rounds;
}

/** The edges of a tree, from the places of all its members. */
export function edgesOf(positions: ReadonlyMap<string, TreePosition>): TreeEdge[] {
  const below = (id: string): number =>
    (positions.get(id)?.children ?? []).reduce((sum, child) => sum + below(child), 1);
  return [...positions].flatMap(([id, { parent, level }]) =>
    parent === undefined ? [] : [{ below: below(id), level }],
  );
}
