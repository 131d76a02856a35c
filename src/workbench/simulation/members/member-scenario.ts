import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import { between, oneOf, shuffled } from "../chance.js";

/** Something that happens to one member, at a time in ms. Members are numbered. */
export interface MemberEvent {
  readonly at: number;
  readonly node: number;
  /**
   * `join`: a node starts, with the addresses of a few members as seeds. `leave`: it is closed. `kill`: its process ends, and its
   * connections with it. `vanish`: its host falls silent.
   */
  readonly what: "join" | "leave" | "kill" | "vanish";
  /** Seeds of a node that starts. */
  readonly seeds?: readonly number[];
}

/** Two groups of members do not reach each other, from `from` until just before `until`, in ms. */
export interface Parting {
  readonly from: number;
  readonly until: number;
  readonly side: readonly number[];
}

/** A cluster whose members come and go, as plain data. */
export interface MemberScenario {
  readonly seed: number;
  /** Number of members that are ever there. */
  readonly nodes: number;
  /** Longest one-way latency, in ms; each message takes between half of it and all of it. */
  readonly latency: number;
  /** Share of messages that are lost, in thousandths. */
  readonly loss: number;
  /** Time by which each clock is ahead, in ms. */
  readonly clocks: readonly number[];
  readonly events: readonly MemberEvent[];
  readonly partings: readonly Parting[];
  readonly values: readonly { readonly at: number; readonly node: number }[];
}

/** Time in which the drawn events happen, in ms. */
const DURATION = 180_000;
/** The longest parting lasts until each side has removed the other, in ms. */
const LONGEST_PARTING = 150_000;

/** The scenario of a seed. */
export function drawMemberScenario(seed: number): MemberScenario {
  // Apart from the draws of the other scenario of this seed.
  const random = new SeededRandom(seed ^ 0x3e3b);
  const nodes = between(random, 2, 14);
  const events: MemberEvent[] = [];
  const first = between(random, 1, nodes);
  for (let node = 0; node < nodes; node++) {
    const seeds = shuffled(random, nodes).slice(0, between(random, 1, 3));
    const start = node < first ? between(random, 0, 1_000) : between(random, 1_000, DURATION);
    events.push({ at: start, node, what: "join", seeds: [...seeds, 0] });
    // The first node stays, and is a seed of all: a node whose seeds are all gone cannot find the others.
    if (node === 0 || random.next() < 0.5) continue;
    const end = between(random, start + 5_000, start + DURATION / 2);
    events.push({ at: end, node, what: oneOf(random, ["leave", "leave", "kill", "vanish"] as const) });
    if (random.next() < 0.5)
      events.push({ at: between(random, end + 100, end + 60_000), node, what: "join", seeds: [...seeds, 0] });
  }
  const partings: Parting[] = [];
  if (nodes > 2 && random.next() < 0.4) {
    const from = between(random, 5_000, DURATION / 2);
    const side = shuffled(random, nodes).slice(0, between(random, 1, nodes - 1));
    partings.push({ from, until: from + between(random, 1_000, LONGEST_PARTING), side });
  }
  return {
    seed,
    nodes,
    latency: oneOf(random, [1, 10, 100]),
    loss: oneOf(random, [0, 0, 10, 50]),
    clocks: Array.from({ length: nodes }, () => between(random, 0, 60_000)),
    events: events.toSorted((one, other) => one.at - other.at),
    partings,
    values: Array.from({ length: between(random, 5, 40) }, () => ({
      at: between(random, 0, DURATION),
      node: between(random, 0, nodes - 1),
    })),
  };
}

/** Time of the last event, in ms. */
export function endOfMembers({ events, partings, values }: MemberScenario): number {
  return Math.max(
    0,
    ...events.map(({ at }) => at),
    ...partings.map(({ until }) => until),
    ...values.map(({ at }) => at),
  );
}

/** A scenario in words, one line per event. */
export function describeMemberScenario({ nodes, latency, loss, events, partings }: MemberScenario): string[] {
  return [
    `${nodes} members that come and go, latency up to ${latency} ms, ${loss / 10} % of messages lost`,
    ...events.map(
      ({ at, node, what, seeds }) =>
        `${at / 1000} s: n${node} ${what}${seeds === undefined ? "" : ` by ${seeds.map((seed) => `n${seed}`).join(", ")}`}`,
    ),
    ...partings.map(
      ({ from, until, side }) =>
        `${from / 1000}–${until / 1000} s: ${side.map((node) => `n${node}`).join(" ")} apart from the others`,
    ),
  ];
}
