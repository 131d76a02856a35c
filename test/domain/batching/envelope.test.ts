import { describe, expect, it } from "vitest";
import { roomForKnowledge, roomForRiders, roomForValues } from "../../../src/domain/batching/envelope.js";
import { fitAck, fitSuspects } from "../../../src/domain/batching/riders.js";
import type { Digest, Gossip } from "../../../src/domain/messages.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../../src/domain/ports/transport.js";
import { wireSize } from "../../../src/domain/values/vector-chunks.js";

const LARGEST = Number.MAX_SAFE_INTEGER;
/** A time in ms that takes as many characters as a clock's time may take. */
const TIME = 1234567890123.4568;
const bytesOf = (value: object) => Buffer.byteLength(JSON.stringify(value));
const smallest = { maxMessageBytes: SMALLEST_MESSAGE_LIMIT };

/** A downcast with every field. */
const downcast: Gossip = {
  type: "gossip",
  values: [],
  dots: [],
  incarnation: LARGEST,
  number: LARGEST,
  base: LARGEST,
  first: LARGEST,
  ages: [],
  direct: true,
  ask: true,
  up: true,
  answer: true,
  confirm: { count: 10_000, within: TIME, vector: [] },
  confirmed: [],
  ack: { incarnation: LARGEST, ranges: [[LARGEST, LARGEST]], held: TIME },
  round: {
    round: LARGEST,
    next: TIME,
    upcastBy: TIME,
    period: TIME,
    roundTrip: TIME,
    spread: TIME,
    guard: TIME,
    lossy: true,
    suspects: [],
    more: true,
  },
};

describe("a message of 1,400 bytes", () => {
  it("has room for all fields of gossip, one more acknowledged range, one range of dots, a query and a value", () => {
    expect(bytesOf(downcast)).toBeLessThanOrEqual(660);
    expect(660 + roomForRiders(smallest) + roomForValues(smallest)).toBe(SMALLEST_MESSAGE_LIMIT);
    expect(roomForRiders(smallest)).toBeGreaterThanOrEqual(2 * bytesOf([LARGEST, LARGEST]));
    const id = "x".repeat(100 - 1 - String(LARGEST).length);
    const range = wireSize([`${id}@${LARGEST}`, 1_000_000, 1]);
    expect(roomForValues(smallest) - 2 * range - 13).toBeGreaterThanOrEqual(300);
  });

  it("has room for all fields of a digest", () => {
    const digest: Digest = {
      type: "digest",
      incarnation: LARGEST,
      vector: [],
      reply: false,
      verify: true,
      reborn: true,
      gone: [],
      suspects: [],
      more: true,
    };
    expect(bytesOf(digest)).toBeLessThanOrEqual(SMALLEST_MESSAGE_LIMIT - roomForKnowledge(smallest));
  });
});

it("A large message reserves 64 KiB for what rides on it, and a smaller one a quarter", () => {
  expect(roomForValues({ maxMessageBytes: 1_048_576 })).toBe(1_048_576 - 65_536);
  expect(roomForValues({ maxMessageBytes: 262_144 })).toBe(262_144 - 65_536);
  expect(roomForValues({ maxMessageBytes: 100_000 })).toBe(75_000);
});

describe("what rides on a message", () => {
  const ranges = Array.from({ length: 50 }, (_, index) => [10 * index + 1, 10 * index + 5] as const);

  it("acknowledges the newest messages if it has no room for all", () => {
    const ack = { incarnation: 1, ranges, held: 5 };
    expect(fitAck(ack, 10_000)).toBe(ack);
    expect(fitAck(ack, 0).ranges).toEqual([[491, 495]]);
    const some = fitAck(ack, 100).ranges;
    expect(some.length).toBeGreaterThan(5);
    expect(some).toEqual(ranges.slice(-some.length));
    expect(bytesOf(some.slice(0, -1))).toBeLessThanOrEqual(101);
  });

  it("says so if it does not name all suspects", () => {
    expect(fitSuspects(undefined, 10)).toEqual({});
    expect(fitSuspects(["n1", "n2"], 10)).toEqual({ suspects: ["n1", "n2"] });
    expect(fitSuspects(["n1", "n2", "n3"], 10)).toEqual({ suspects: ["n1", "n2"], more: true });
  });
});
