import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";

/** A fault. Times in ms. */
export interface Fault {
  readonly kind: FaultKind;
  /** Numbers of the members that it hits, from 1 on: one for `kill` and `pause`, one or two for `partition`, none for the broker. */
  readonly members: readonly number[];
  /** From the beginning of the storm. */
  readonly after: number;
  readonly length: number;
}

export type FaultKind =
  /** SIGKILL, and a restart with the journal. */
  | "kill"
  /** SIGSTOP, and SIGCONT. */
  | "pause"
  /** All packets between these members and all others are dropped, those to and from the broker as well. */
  | "partition"
  | "broker-kill"
  | "broker-pause";

/** Faults that overlap, after a time without faults. */
export interface Storm {
  /** In ms. */
  readonly calm: number;
  readonly faults: readonly Fault[];
}

/** How storms are drawn. */
export interface StormOptions {
  readonly seed: number;
  readonly size: number;
  readonly hasBroker: boolean;
  /** Longest fault in ms. */
  readonly hold: number;
  /** Longest calm in ms; the shortest is half of it. */
  readonly calm: number;
}

/** Shortest fault in ms. */
const SHORTEST = 500;
const OF_MEMBERS: readonly FaultKind[] = ["kill", "pause", "partition"];
const OF_BROKER: readonly FaultKind[] = ["broker-kill", "broker-pause"];

/** The kinds of faults that hit a cluster. */
export function kindsOf({ hasBroker }: Pick<StormOptions, "hasBroker">): readonly FaultKind[] {
  return [...OF_MEMBERS, ...(hasBroker ? OF_BROKER : [])];
}

/**
 * Draws storms of one or two faults without end. Kinds come from a shuffled deck, so each comes equally often. The last member is never
 * killed. Two faults of a storm begin within half of the longest fault, so that most overlap; at most one of them is a partition.
 */
export function* drawStorms({ seed, size, hasBroker, hold, calm }: StormOptions): Generator<Storm> {
  const random = new SeededRandom(seed);
  const kinds = kindsOf({ hasBroker });
  let deck: FaultKind[] = [];
  const draw = () => {
    if (deck.length === 0) deck = shuffled(kinds, random);
    return deck.pop() as FaultKind;
  };
  for (;;) {
    const drawn = random.next() < 0.5 ? [draw()] : [draw(), draw()];
    const free = shuffled(
      Array.from({ length: size }, (_, index) => index + 1),
      random,
    );
    const take = (isMeant: (member: number) => boolean) => free.splice(free.findIndex(isMeant), 1);
    // Of two equal kinds one is enough: there is one broker, and one partition at a time.
    const faults = [...new Set(drawn)].map((kind, index) => ({
      kind,
      members: membersOf(kind, random, take, size),
      after: index === 0 ? 0 : (random.next() * hold) / 2,
      length: SHORTEST + random.next() ** 2 * Math.max(0, hold - SHORTEST),
    }));
    yield { calm: (calm * (1 + random.next())) / 2, faults: withoutTwoOfTheBroker(faults) };
  }
}

function membersOf(
  kind: FaultKind,
  random: SeededRandom,
  take: (isMeant: (member: number) => boolean) => readonly number[],
  size: number,
): readonly number[] {
  if (OF_BROKER.includes(kind)) return [];
  if (kind === "kill") return take((member) => member < size);
  const first = take(() => true);
  return kind === "partition" && random.next() < 0.5 ? [...first, ...take(() => true)] : first;
}

/** A broker that was killed cannot be paused. */
function withoutTwoOfTheBroker(faults: readonly Fault[]): readonly Fault[] {
  const [first, second] = faults;
  const areBoth = [first, second].every((fault) => fault !== undefined && OF_BROKER.includes(fault.kind));
  return areBoth ? faults.slice(0, 1) : faults;
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const left = [...items];
  const order: Item[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random.next() * left.length), 1));
  return order;
}
