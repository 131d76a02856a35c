import { describe, expect, it } from "vitest";
import { roomForContent, roomForRiders, roomForValues } from "../../../src/domain/batching/envelope.js";
import { GossipEncoder } from "../../../src/domain/batching/gossip-encoder.js";
import type { Piggyback } from "../../../src/domain/batching/piggyback.js";
import { type DotRange, dotCount } from "../../../src/domain/values/dot.js";
import { type JsonValue, jsonSize } from "../../../src/domain/values/json-value.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { soloMember } from "../support/stubs.js";

/** A limit below which messages are filled exactly, and one above. */
const TIGHT = 4_000;
const LOOSE = 20_000;

/** The encoder of `n0`, which notes how much room it leaves for replies. */
function encoder(maxMessageBytes: number, piggyback: Partial<Piggyback> = {}) {
  const solo = soloMember(maxMessageBytes);
  const rooms: number[] = [];
  const riding: Piggyback = {
    isQuerying: false,
    query: () => undefined,
    replies: (_, room) => {
      rooms.push(room);
      return undefined;
    },
    ...piggyback,
  };
  const found = new GossipEncoder({ ...solo, values: solo.log, piggyback: riding });
  /** Stores a value that `actor` accepted at time 0. */
  const merge = (actor: string, number: number, value: JsonValue): DotRange => {
    const range: DotRange = [actor, number, 1];
    solo.log.merge([range], [value], [0]);
    return range;
  };
  /** The messages with these ranges, all of which have to fit. */
  const messages = (delta: readonly DotRange[]) => {
    const gossip = found.split(delta).map((batch) => found.gossip("n1", batch, {}));
    expect(gossip.flatMap(({ values }) => values)).toHaveLength(dotCount(delta));
    for (const message of gossip) expect(jsonSize(message)).toBeLessThanOrEqual(maxMessageBytes);
    return gossip;
  };
  return { ...solo, rooms, encoder: found, merge, messages };
}

/** Many different values of two characters. */
const shortValues = Array.from({ length: 1_200 }, (_, index) => index.toString(36).padStart(2, "0"));
/** A string whose JSON has this size, in bytes. */
const ofSize = (bytes: number, mark = "x") => mark.padEnd(bytes - 2, "x");

describe("a batch fits into a message", () => {
  it.each([TIGHT, LOOSE])("however short its values are, in messages of %d bytes", (limit) => {
    const { merge, messages } = encoder(limit);
    for (const [index, value] of shortValues.entries()) merge("n1@1", index + 1, value);
    expect(messages([["n1@1", 1, shortValues.length]]).length).toBeGreaterThan(limit === TIGHT ? 1 : 0);
  });

  it("if each of its values takes as much as its estimate", () => {
    const { merge, messages } = encoder(LOOSE, {
      replies: (_, room) => [{ by: [ofSize(room - 25)], vector: [] }],
    });
    const escaped = Array.from({ length: 1_800 }, (_, index) => {
      const [high, low] = [Math.floor(index / 30), index % 30];
      return [high % 30, Math.floor(high / 30), low].map((code) => String.fromCharCode(code)).join("");
    }).filter((value) => jsonSize(value) === 2 + 6 * value.length);
    for (const [index, value] of escaped.entries()) merge("n1@1", index + 1, value);
    expect(messages([["n1@1", 1, escaped.length]]).length).toBeGreaterThan(1);
  });

  it.each([TIGHT, LOOSE])("however many ranges its values have, in messages of %d bytes", (limit) => {
    const { clock, merge, messages } = encoder(limit);
    const delta = shortValues.map((value, index) => merge("n1@1", index + 1, value));
    clock.advance(1_000_000);
    expect(messages(delta).length).toBeGreaterThan(1);
  });

  it("with a query about values of many actors", () => {
    const { clock, merge, messages } = encoder(TIGHT, {
      isQuerying: true,
      query: (_, dots) => ({ count: 2, within: 100, vector: VersionVector.of(dots).toWire() }),
    });
    const delta = shortValues.map((value, index) => merge(`m${index}@1`, 1, value));
    clock.advance(1_000_000);
    expect(messages(delta).length).toBeGreaterThan(1);
  });
});

describe("a batch is filled", () => {
  it("to the last byte in small messages", () => {
    const { merge, encoder: found, transport } = encoder(TIGHT);
    // The bytes of a range besides its values: `["n1@1",[[1,1]]],`, its age, and a comma.
    const range = 18 + 13 + 1;
    const half = roomForValues(transport) / 2 - range;
    const fitting = [merge("n1@1", 1, ofSize(half, "a")), merge("n1@1", 2, ofSize(half, "b"))];
    expect(found.split(fitting)).toHaveLength(1);
    expect(found.split([...fitting, merge("n1@1", 3, "")])).toHaveLength(2);
    expect(found.split([merge("n1@1", 4, ofSize(half, "c")), merge("n1@1", 5, ofSize(half + 1, "d"))])).toHaveLength(2);
  });

  it("by estimates in larger ones, which count a range that was divided as well", () => {
    const { merge, encoder: found, transport } = encoder(LOOSE);
    const room = roomForValues(transport);
    // An estimate is 2 bytes, 6 per character, and a comma.
    const estimated = (bytes: number, mark: string) => mark.repeat(Math.floor((bytes - 3) / 6));
    merge("n1@1", 1, estimated(room - 100, "a"));
    merge("n1@1", 2, estimated(room / 2, "b"));
    // Without 36 bytes for the rest of the range before it, this one would fit beside it.
    const next = merge("n1@2", 1, estimated(room / 2 - 18, "c"));
    expect(found.split([["n1@1", 1, 2], next])).toEqual([[["n1@1", 1, 1]], [["n1@1", 2, 1]], [next]]);
  });

  it("by estimates that count a comma for each value of a range that stays whole", () => {
    const { merge, encoder: found, transport } = encoder(LOOSE);
    // Four values of 2 bytes, 6 per character and a comma, beside 36 bytes of a range, exceed the room by 6 bytes.
    const characters = (roomForValues(transport) - 4 * 3 - 36) / 6 + 1;
    for (const [index, mark] of ["a", "b", "c"].entries()) merge("n1@1", index + 1, mark.repeat(600));
    merge("n1@1", 4, "d".repeat(characters - 3 * 600));
    expect(
      found.split([
        ["n1@1", 1, 2],
        ["n1@1", 3, 2],
      ]),
    ).toHaveLength(2);
  });
});

describe("what rides on a message", () => {
  it("is a query that fits to the last byte", () => {
    const dots: DotRange[] = [["n0@1", 1, 1]];
    const gaps = Array.from({ length: 100 }, (_, index): DotRange => ["n1@1", 1 + 2 * index, 1]);
    const vector = VersionVector.of(gaps).toWire();
    const alone = jsonSize(vector) + 660;
    // A quarter of a message is for what rides on values.
    const beside = 4 * (jsonSize(vector) + 660);
    for (const [limit, of] of [
      [alone, []],
      [beside, dots],
    ] as const) {
      const [exact, smaller] = [encoder(limit), encoder(limit - 4)];
      const room = of.length === 0 ? roomForContent : roomForRiders;
      expect([room(exact.transport), room(smaller.transport) < jsonSize(vector)]).toEqual([jsonSize(vector), true]);
      expect([exact, smaller].map(({ encoder: found }) => found.fitsQuery(vector, of))).toEqual([true, false]);
    }
  });

  it.each([1, 2, 3])(
    "leaves room for replies, of which %d ranges of an acknowledgement but for one take some",
    (count) => {
      const { peers, rooms, encoder: found, transport } = encoder(LOOSE);
      const peer = peers.of("n1");
      peer.observeIncarnation(4);
      for (let number = 1; number <= 2 * count; number += 2) peer.incoming.add(number, 1, 0);
      const ranges = found.gossip("n1", [], {}).ack?.ranges ?? [];
      expect(ranges).toHaveLength(count);
      const more = count > 1 ? jsonSize(ranges.slice(1)) : 0;
      expect(rooms).toEqual([roomForRiders(transport) - more]);
    },
  );
});
