import { describe, expect, it } from "vitest";
import { roomForContent, roomForRiders, roomForValues } from "../../../src/domain/batching/envelope.js";
import { GossipEncoder } from "../../../src/domain/batching/gossip-encoder.js";
import type { Piggyback } from "../../../src/domain/batching/piggyback.js";
import type { AckReply, Gossip } from "../../../src/domain/messages.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../../src/domain/ports/transport.js";
import { type DotRange, dotCount } from "../../../src/domain/values/dot.js";
import { jsonSize, jsonSizeBound } from "../../../src/domain/values/json-value.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { soloMember } from "../support/stubs.js";

const QUERY = { count: 2, within: 100, vector: [] };

/** The encoder of `n0`; `n1` has sent it the messages 1 to `heard`. */
function encoder({ maxMessageBytes = 2 ** 20, heard = 0, ...piggyback }: Partial<Piggyback> & Options = {}) {
  const solo = soloMember(maxMessageBytes);
  const peer = solo.peers.of("n1");
  const riding: Piggyback = { isQuerying: false, query: () => undefined, replies: () => undefined, ...piggyback };
  if (heard > 0) {
    peer.observeIncarnation(4);
    for (let number = 1; number <= heard; number++) peer.incoming.add(2 * number - 1, 1, 0);
  }
  const found = new GossipEncoder({ ...solo, values: solo.log, piggyback: riding });
  /** Accepts these values, and returns their range. */
  const accept = (...values: readonly string[]): DotRange => {
    const first = solo.log.known.max("n0@1") + 1;
    for (const value of values) solo.log.accept(value, solo.clock.now());
    return ["n0@1", first, values.length];
  };
  return { ...solo, encoder: found, peer, accept };
}

interface Options {
  readonly maxMessageBytes?: number;
  readonly heard?: number;
}

describe("a gossip message", () => {
  it("has its values with their dots and ages, and no field more than needed", () => {
    const { clock, encoder: found, accept, peer } = encoder();
    const [one, other] = [accept("a", "b"), accept("c")];
    clock.advance(30);
    expect(found.gossip("n1", [one, other], {})).toStrictEqual({
      type: "gossip",
      values: ["a", "b", "c"],
      dots: [one, other],
      incarnation: 1,
      number: 1,
      base: 1,
      ages: [30, 30],
    });
    expect(peer.outgoing.isInFlight(1)).toBe(true);
    expect(found.gossip("n1", [], { ask: true })).toStrictEqual({
      type: "gossip",
      values: [],
      dots: [],
      incarnation: 1,
      number: 2,
      base: 1,
      ages: [],
      ask: true,
    });
  });

  it("tells the parent that it is the parent, and for which round the values are", () => {
    const { encoder: found, accept, pacer } = encoder();
    const plan = { round: 3, early: 40 };
    Object.assign(pacer, {
      isParent: (member: string) => member === "n1",
      upcastPlan: (member: string) => (member === "n1" ? plan : undefined),
    });
    expect(found.gossip("n1", [accept("a")], { direct: true })).toMatchObject({ up: true, plan, direct: true });
    const other = found.gossip("n2", [accept("b")], {});
    expect(["up" in other, "plan" in other]).toEqual([false, false]);
  });

  it("carries the query about its values, the acknowledgement, the schedule and the replies", () => {
    const replies: AckReply[] = [{ by: ["n0"], vector: [] }];
    const asked: unknown[] = [];
    const {
      encoder: found,
      accept,
      pacer,
    } = encoder({
      heard: 1,
      query: (...about) => {
        asked.push(about);
        return QUERY;
      },
      replies: () => replies,
    });
    const round = { round: 1, next: 5, upcastBy: 5, period: 10 };
    Object.assign(pacer, { schedule: () => round });
    const dots = [accept("a")];
    expect(found.gossip("n1", dots, { direct: true })).toMatchObject({
      confirm: QUERY,
      ack: { incarnation: 4, ranges: [[1, 1]], held: 0 },
      round,
      confirmed: replies,
    });
    expect(asked).toEqual([["n1", dots, true]]);
    found.gossip("n1", dots, {});
    expect(asked[1]).toEqual(["n1", dots, false]);
  });

  it("carries another query instead, and does not count its values as sent then", () => {
    const { encoder: found, accept, peer } = encoder({ query: () => QUERY });
    const query = { count: 3, within: 50, vector: [] };
    expect(found.gossip("n1", [accept("a")], {}, query).confirm).toBe(query);
    expect(peer.outgoing.isInFlight(1)).toBe(false);
  });

  it("is an answer if the member waits for an acknowledgement, and requests a missing one", () => {
    const asks = { requestsMissingAck: (member: string) => member === "n1" };
    const awaiting = (piggyback: Partial<Piggyback> = {}) => {
      const found = encoder({ heard: 2, ...piggyback });
      Object.assign(found.pacer, asks);
      found.peer.incoming.awaitsAnswer(1);
      return found;
    };
    const { encoder: found, accept } = awaiting();
    expect(found.gossip("n1", [accept("a")], {}).answer).toBe(true);
    // Nothing is awaited any more.
    expect(found.gossip("n1", [accept("b")], {}).answer).toBeUndefined();
    const asking = awaiting();
    expect(asking.encoder.gossip("n1", [asking.accept("a")], { ask: true }).answer).toBeUndefined();
    const querying = awaiting({ query: () => QUERY });
    expect(querying.encoder.gossip("n1", [querying.accept("a")], {}).answer).toBeUndefined();
    const eager = awaiting();
    Object.assign(eager.pacer, { requestsMissingAck: () => false });
    expect(eager.encoder.gossip("n1", [eager.accept("a")], {}).answer).toBeUndefined();
  });

  it("is awaited for as long as its kind takes", () => {
    for (const flags of [{}, { ask: true }, { direct: true }]) {
      const { encoder: found, accept, peer } = encoder();
      found.gossip("n1", [accept("a")], flags);
      expect(peer.outgoing.oldestUnacknowledged()).toMatchObject([
        { isDirect: flags.direct === true, isRequest: flags.ask === true },
      ]);
    }
  });

  it("names the first number of the messages to a member that has come back", () => {
    const { encoder: found, accept, peers, clock } = encoder();
    expect("first" in found.gossip("n1", [accept("a")], {})).toBe(false);
    peers.memberLeft("n1", clock.now());
    peers.memberJoined("n1");
    expect(found.gossip("n1", [accept("b")], {})).toMatchObject({ number: 2, first: 2 });
  });

  it("acknowledges again what an answer in flight acknowledges, unlike a message without a number", () => {
    const { encoder: found, accept, peer, pacer } = encoder({ heard: 2 });
    const all = [
      [1, 1],
      [3, 3],
    ];
    Object.assign(pacer, { requestsMissingAck: () => true });
    peer.incoming.awaitsAnswer(1);
    expect(found.gossip("n1", [accept("a")], {})).toMatchObject({ answer: true, ack: { ranges: all } });
    expect(found.gossip("n1", [accept("b")], {}).ack?.ranges).toEqual(all);
    expect(found.acknowledgement("n1", undefined)?.ack.ranges).toEqual([[3, 3]]);
  });

  it("has room for what rides on it, even if that is a lot", () => {
    for (const maxMessageBytes of [SMALLEST_MESSAGE_LIMIT, 4_000, 16_384]) {
      const rooms: number[] = [];
      const suspects = Array.from({ length: 2_000 }, (_, index) => `suspect-${index}`);
      const {
        encoder: found,
        accept,
        pacer,
      } = encoder({
        maxMessageBytes,
        heard: 2_000,
        replies: (_, room) => {
          rooms.push(room);
          return undefined;
        },
      });
      Object.assign(pacer, { schedule: () => ({ round: 1, next: 5, upcastBy: 5, period: 10, suspects }) });
      const gossip = found.gossip("n1", [accept("a".repeat(100))], {});
      const { ack, round } = gossip;
      expect(jsonSize(gossip) + (rooms[0] as number)).toBeLessThanOrEqual(maxMessageBytes);
      expect(ack?.ranges.at(-1)).toEqual([3_999, 3_999]);
      // The acknowledgement gets half of the room, and suspects half of the rest.
      expect(ack?.ranges.length).toBeGreaterThan(maxMessageBytes < 4_000 ? 1 : 100);
      expect([round?.more, round?.next, round?.suspects?.[0]]).toEqual([true, 5, "suspect-0"]);
      expect(rooms[0]).toBeGreaterThan(0);
    }
  });

  it("names all suspects where there is room, and leaves the rest of it to replies", () => {
    const rooms: number[] = [];
    const {
      encoder: found,
      accept,
      pacer,
      transport,
    } = encoder({
      replies: (_, room) => {
        rooms.push(room);
        return undefined;
      },
    });
    const round = { round: 1, next: 5, upcastBy: 5, period: 10, suspects: ["n7", "n8"] };
    Object.assign(pacer, { schedule: () => round });
    expect(found.gossip("n1", [accept("a")], {}).round).toBe(round);
    expect(rooms).toEqual([roomForRiders(transport) - jsonSize(["n7", "n8"])]);
  });
});

describe("an acknowledgement without values", () => {
  it("is none if nothing came from the member", () => {
    expect(encoder().encoder.acknowledgement("n1", undefined)).toBeUndefined();
  });

  it("has no field more than needed, and fits however much there is to acknowledge", () => {
    const { encoder: found } = encoder({ heard: 1 });
    const ack = { incarnation: 4, ranges: [[1, 1]], held: 0 };
    expect(found.acknowledgement("n1", undefined)).toStrictEqual({ type: "gossip_ok", incarnation: 1, ack });
    const rooms: number[] = [];
    const many = encoder({
      heard: 2_000,
      maxMessageBytes: 4_000,
      replies: (_, room) => {
        rooms.push(room);
        return undefined;
      },
    });
    const long = many.encoder.acknowledgement("n1", undefined);
    expect(jsonSize(long?.ack.ranges)).toBeGreaterThan(roomForContent(many.transport) / 2 - 50);
    expect(jsonSize(long) + (rooms[0] as number)).toBeLessThanOrEqual(4_000);
  });

  it("carries the schedule and the replies, and tells the parent that it is the parent", () => {
    const replies: AckReply[] = [{ by: ["n0"], vector: [] }];
    const { encoder: found, pacer } = encoder({ heard: 1, replies: () => replies });
    Object.assign(pacer, { isParent: () => true });
    const round = { round: 1, next: 5, upcastBy: 5, period: 10 };
    expect(found.acknowledgement("n1", round)).toMatchObject({ up: true, round, confirmed: replies });
  });
});

describe("a delta is split into batches", () => {
  const valuesOf = (gossip: Gossip) => gossip.values.length;

  it("of which there is one if it fits, and none if it is empty", () => {
    const { encoder: found, accept } = encoder();
    const delta = [accept("a", "b"), accept("c")];
    expect(found.split(delta)).toEqual([delta]);
    expect(found.split(delta)[0]).toBe(delta);
    expect(found.split([])).toEqual([]);
  });

  it.each([
    ["small values", 10, SMALLEST_MESSAGE_LIMIT],
    ["large values", 200, SMALLEST_MESSAGE_LIMIT],
    ["small values", 10, 16_384],
    ["large values", 3_000, 16_384],
    ["values of various sizes", 0, 4_000],
    ["values of various sizes", 0, 40_000],
  ])("that fit, lose nothing, and are filled (%s of %d bytes, messages of %d bytes)", (_, size, maxMessageBytes) => {
    for (const isQuerying of [false, true]) {
      const query = (_member: string, dots: readonly DotRange[]) => ({
        ...QUERY,
        vector: VersionVector.of(dots).toWire(),
      });
      const {
        encoder: found,
        accept,
        transport,
      } = encoder({ maxMessageBytes, isQuerying, ...(isQuerying && { query }) });
      const delta = Array.from({ length: 8 }, (_, part) =>
        accept(
          ...Array.from({ length: 40 }, (_, index) =>
            `${part} ${index} `.padEnd(size > 0 ? size : ((index * 37 + part) % 11) * 60 + 6, "x"),
          ),
        ),
      );
      const batches = found.split(delta);
      const messages = batches.map((batch) => found.gossip("n1", batch, {}));
      for (const [index, message] of messages.entries()) {
        expect(jsonSize(message)).toBeLessThanOrEqual(maxMessageBytes);
        expect(dotCount(batches[index] ?? [])).toBe(valuesOf(message));
        for (const [, , count] of message.dots) expect(count).toBeGreaterThan(0);
      }
      const values = delta.flatMap((range) => found.contents.of(range).values);
      expect(messages.flatMap((message) => message.values)).toEqual(values);
      // As few as the sizes allow, but for what estimates leave free.
      const bytes = values.reduce<number>((sum, value) => sum + jsonSize(value), 0);
      const least = bytes / roomForValues(transport);
      expect(batches.length).toBeGreaterThanOrEqual(least);
      expect(batches.length).toBeLessThan(maxMessageBytes < 16_384 ? 2.5 * least + 1 : 8 * least + 1);
    }
  });

  it("of which each is filled as far as the estimates allow, from the last range of one to the first of the next", () => {
    for (const maxMessageBytes of [1_400, 40_000]) {
      const isTight = maxMessageBytes < 16_384;
      const { encoder: found, accept, transport } = encoder({ maxMessageBytes });
      const lengths = [3, 1, 20, 2, 30, 1, 1, 17];
      const delta = lengths.map((count, part) =>
        accept(...Array.from({ length: count }, (_, index) => `${part} ${index}`.padEnd(isTight ? 40 : 400, "x"))),
      );
      const room = roomForValues(transport);
      const bound = (range: DotRange) =>
        found.contents
          .of(range)
          .values.reduce<number>((sum, value) => sum + (isTight ? jsonSize(value) + 1 : jsonSizeBound(value)), 0);
      const batches = found.split(delta);
      expect(batches.flat().reduce((sum, [, , count]) => sum + count, 0)).toBe(75);
      expect(batches.flat().length).toBeLessThan(lengths.length + batches.length);
      for (const [index, batch] of batches.entries()) {
        const bytes = batch.reduce((sum, range) => sum + bound(range), 0);
        expect(bytes).toBeLessThanOrEqual(room);
        const [next] = batches[index + 1] ?? [];
        if (next === undefined) continue;
        // The overhead of each range counts as well.
        const overhead = (isTight ? 60 : 40) * (batch.length + 1);
        expect(bytes + bound([next[0], next[1], 1]) + overhead).toBeGreaterThan(room);
      }
    }
  });

  it("that carry a value alone which exceeds the limit", () => {
    for (const maxMessageBytes of [SMALLEST_MESSAGE_LIMIT, 20_000]) {
      const { encoder: found, accept } = encoder({ maxMessageBytes });
      const huge = "x".repeat(maxMessageBytes);
      const delta = [accept("a", huge, "b")];
      expect(found.split(delta)).toEqual([[["n0@1", 1, 1]], [["n0@1", 2, 1]], [["n0@1", 3, 1]]]);
      expect(found.split([accept(`${huge}y`)])).toHaveLength(1);
    }
  });
});

describe("a query", () => {
  it("rides on its values if it asks about these alone, or fits otherwise", () => {
    const { encoder: found, accept, transport } = encoder({ maxMessageBytes: 4_000 });
    const dots = [accept("a", "b")];
    const about = (...ranges: DotRange[]) => VersionVector.of(ranges).toWire();
    const gaps = (count: number) =>
      about(...Array.from({ length: count }, (_, index): DotRange => ["n0@1", 10 + 2 * index, 1]));
    expect(found.fitsQuery(about(...dots), dots)).toBe(true);
    const few = gaps(1);
    expect([found.fitsQuery(few, dots), jsonSize(few) <= roomForRiders(transport)]).toEqual([true, true]);
    const many = gaps(100);
    expect([found.fitsQuery(many, dots), jsonSize(many) <= roomForContent(transport)]).toEqual([false, true]);
    expect(found.fitsQuery(many, [])).toBe(true);
    expect(found.fitsQuery(gaps(1_000), [])).toBe(false);
  });

  it("is divided into parts that fit, and that ask about everything together", () => {
    const { encoder: found, transport } = encoder({ maxMessageBytes: 1_400 });
    const dots = Array.from({ length: 300 }, (_, index): DotRange => ["n0@1", 1 + 2 * index, 1]);
    const parts = [...found.splitQuery(dots)];
    for (const part of parts) expect(jsonSize(part)).toBeLessThanOrEqual(roomForContent(transport));
    expect(parts.flatMap((part) => [...VersionVector.fromWire(part).ranges()])).toEqual(dots);
  });
});

describe("the contents of batches", () => {
  it("are looked up again once they were forgotten", () => {
    const { encoder: found, accept, log } = encoder();
    let lookUps = 0;
    const lookUp = log.valuesOf.bind(log);
    log.valuesOf = (range) => {
      lookUps++;
      return lookUp(range);
    };
    const delta = [accept("a", "b")];
    for (let times = 0; times < 3; times++) found.split(delta);
    expect(lookUps).toBe(1);
    found.forgetContents();
    found.split(delta);
    expect(lookUps).toBe(2);
  });
});
