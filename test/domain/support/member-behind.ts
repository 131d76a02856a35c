import type { Gossip } from "../../../src/domain/messages.js";
import { ALL_DOTS, DotSpans } from "../../../src/domain/values/dot-spans.js";
import { jsonSize } from "../../../src/domain/values/json-value.js";
import { soloMember } from "./stubs.js";

/** Bytes that leave at first. */
export const WINDOW = 32_768;
/** Pause between two checks whether a part is acknowledged, in ms. */
export const CHECK = 50;
const EVERYTHING = new DotSpans([ALL_DOTS]);
export const VALUE_BYTES = 1_000;

/** `n0` with so many values, accepted in one moment, that `n1` has missed. */
export function memberBehind(count: number, { maxMessageBytes = 2 ** 23, size = VALUE_BYTES, interval = 0 } = {}) {
  const member = soloMember(maxMessageBytes);
  const { clock, log, peers, batcher, gossipTo } = member;
  const values = Array.from({ length: count }, (_, index) => `${index}`.padEnd(size, "."));
  for (const value of values) {
    log.accept(value, clock.now());
    clock.advance(interval);
  }
  clock.advance(10_000 + 1);
  const peer = peers.of("n1");
  peer.observeIncarnation(1);
  let seen = 0;
  /** The messages that left since the last call. */
  const latest = () => {
    const messages = gossipTo("n1").slice(seen);
    seen += messages.length;
    return messages;
  };
  const acknowledge = (messages: readonly Gossip[]) => {
    const ranges = messages.map(({ number }) => [number, number] as const);
    peer.acknowledged({ incarnation: 1, ranges, held: 0 }, clock.now(), Number.POSITIVE_INFINITY);
  };
  return {
    ...member,
    peer,
    values,
    latest,
    /** Runs until nothing leaves any more, and acknowledges each part; returns the numbers of the values that left. */
    complete: () => {
      const arrived: number[] = [];
      for (let part = latest(); part.length > 0; part = latest()) {
        arrived.push(...numbersOf(part));
        acknowledge(part);
        clock.advance(CHECK);
      }
      return arrived;
    },
    repair: () => batcher.repair("n1", EVERYTHING),
    acknowledge,
  };
}

export const bytesOf = (messages: readonly Gossip[]) =>
  messages.flatMap(({ values }) => values).reduce<number>((sum, value) => sum + jsonSize(value), 0);
export const numbersOf = (messages: readonly Gossip[]) =>
  messages.flatMap(({ values }) => values).map((value) => Number.parseInt(String(value), 10));
/** More values than leave at first, so that the rest waits. */
export const MANY = Math.ceil((10 * WINDOW) / VALUE_BYTES);
