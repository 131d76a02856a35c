import { describe, expect, it } from "vitest";
import { BATCHING } from "../../../src/domain/config.js";
import { soloMember } from "../support/stubs.js";

describe("Batcher", () => {
  it("sends all that came in the meantime in one message, when the rhythm says so", () => {
    const { clock, transport, gossipTo, accept } = soloMember();
    accept("a");
    clock.advance(60);
    accept("b");
    clock.advance(39.999);
    expect(transport.sent).toEqual([]);
    clock.advance(0.001);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a", "b"]]);
    expect(gossipTo("n2").map(({ values }) => values)).toEqual([["a", "b"]]);
  });

  it("brings a departure forward, never puts it off", () => {
    const { clock, pacer, gossipTo, accept } = soloMember();
    accept("a");
    pacer.leaves = () => clock.now() + 1000;
    accept("b");
    clock.advance(100);
    expect(gossipTo("n1")).toHaveLength(1);
    accept("c");
    clock.advance(BATCHING.passTime);
    pacer.leaves = () => clock.now() + 10;
    accept("d");
    clock.advance(10);
    expect(gossipTo("n1")).toHaveLength(2);
  });

  it("asks the pacer once per member for all values of a moment, and again once plans may have changed", () => {
    const { clock, pacer, batcher, gossipTo, accept } = soloMember();
    let asked = 0;
    pacer.leaves = () => {
      asked++;
      return clock.now() + 100;
    };
    for (let value = 0; value < 50; value++) accept(value);
    expect(asked).toBe(2);
    clock.advance(BATCHING.passTime);
    accept("next moment");
    expect(asked).toBe(4);
    batcher.messageReceived();
    accept("new plans");
    expect(asked).toBe(6);
    batcher.flushAll();
    accept("next batch");
    expect(asked).toBe(8);
    clock.advance(100);
    expect(gossipTo("n1").map(({ values }) => values.length)).toEqual([52, 1]);
  });

  it("asks the pacer for each value if a batch may leave earlier because it has grown", () => {
    const { clock, pacer, gossipTo, accept } = soloMember();
    Object.assign(pacer, { batchesBySize: true });
    pacer.leaves = ({ count }) => (count >= 3 ? clock.now() : clock.now() + 100);
    for (const value of ["a", "b", "c"]) accept(value);
    clock.advance(0);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a", "b", "c"]]);
  });

  it("looks up the values of a batch once for all members", () => {
    const { clock, log, gossipTo, accept } = soloMember();
    let lookUps = 0;
    const lookUp = log.valuesOf.bind(log);
    log.valuesOf = (range) => {
      lookUps += range[2];
      return lookUp(range);
    };
    for (let value = 0; value < 50; value++) accept(value);
    clock.advance(100);
    expect([gossipTo("n1"), gossipTo("n2")].flat().map(({ values }) => values.length)).toEqual([50, 50]);
    expect(lookUps).toBe(50);
  });

  it("sends at once what should have left before, and with it all that came in the same moment", () => {
    const { clock, pacer, gossipTo, accept } = soloMember();
    pacer.leaves = () => clock.now() - 5;
    accept("a");
    accept("b");
    clock.advance(0);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a", "b"]]);
  });

  it("sends at once what is due when the rhythm changes: a new plan would put it off", () => {
    const { clock, pacer, batcher, gossipTo, accept } = soloMember();
    // Comes before the timer of the departure, which is due at the same time.
    clock.schedule(100, () => {
      pacer.leaves = () => clock.now() + 300;
      batcher.reschedule("n1");
    });
    accept("a");
    clock.advance(100);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a"]]);
  });

  it("plans anew when the rhythm has changed, later as well as earlier", () => {
    const { clock, pacer, batcher, gossipTo, accept } = soloMember();
    accept("a");
    pacer.leaves = () => 500;
    batcher.reschedule("n1");
    clock.advance(499);
    expect([gossipTo("n1").length, gossipTo("n2").length]).toEqual([0, 1]);
    clock.advance(1);
    expect(gossipTo("n1")).toHaveLength(1);
  });

  it("holds in a delta only what the neighbour has not seen", () => {
    const { clock, log, peers, batcher, gossipTo, accept } = soloMember();
    log.merge([["n1@1", 1, 2]], ["x", "y"], [0]);
    peers.of("n1").confirm([["n1@1", 1, 2]]);
    batcher.enqueue("n1", 2, 0);
    accept("a");
    clock.advance(100);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a"]]);
    expect(gossipTo("n2").flatMap(({ values }) => values)).toEqual(expect.arrayContaining(["x", "y", "a"]));
  });

  it("sends nothing when nothing waits", () => {
    const { transport, batcher } = soloMember();
    batcher.flush("n1");
    batcher.sendAck("n1");
    expect(transport.sent).toEqual([]);
  });

  it.each([
    { at: 96, alone: 0, case: "with what leaves at the same moment" },
    { at: 90, alone: 1, case: "by themselves, when that is not now" },
  ])("sends answers $case", ({ at, alone }) => {
    const { clock, transport, peers, batcher, gossipTo, accept } = soloMember();
    peers.of("n1").observeIncarnation(1);
    peers.of("n1").incoming.add(1, 1, clock.now());
    accept("a");
    clock.advance(at);
    batcher.sendReplies("n1");
    expect(transport.sent).toHaveLength(1);
    clock.advance(200);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a"]]);
    expect(transport.sent.filter(({ body }) => body.type === "gossip_ok")).toHaveLength(alone);
  });

  it("sends answers by themselves when it turns out that nothing leaves", () => {
    const { clock, transport, log, peers, batcher, accept } = soloMember();
    peers.of("n1").observeIncarnation(1);
    peers.of("n1").incoming.add(1, 1, clock.now());
    batcher.sendAck("n1");
    accept("a");
    peers.of("n1").confirm(log.known.ranges());
    clock.advance(99);
    transport.sent.length = 0;
    batcher.sendReplies("n1");
    expect(transport.sent).toMatchObject([{ to: "n1", body: { type: "gossip_ok" } }]);
  });

  it("does not send again what is on its way", () => {
    const { clock, batcher, gossipTo, accept } = soloMember();
    accept("a");
    clock.advance(100);
    batcher.flush("n1");
    batcher.recompute("n1");
    clock.advance(1000);
    expect(gossipTo("n1")).toHaveLength(1);
  });

  it("lets an acknowledgement ride on gossip, and then owes none any more", () => {
    const { clock, transport, peers, batcher, gossipTo, accept } = soloMember();
    const state = peers.of("n1");
    state.observeIncarnation(4);
    state.incoming.add(1, 1, 0);
    state.incoming.owedSince = 0;
    accept("a");
    clock.advance(100);
    expect(gossipTo("n1")[0]?.ack).toEqual({ incarnation: 4, ranges: [[1, 1]], held: 100 });
    batcher.flush("n1");
    expect(transport.sent.filter(({ body }) => body.type === "gossip_ok")).toEqual([]);
  });

  it("sends an acknowledgement by itself where no values go that way", () => {
    const { clock, transport, peers, batcher } = soloMember();
    const state = peers.of("n1");
    state.observeIncarnation(4);
    state.incoming.add(1, 1, 0);
    state.incoming.owedSince = 0;
    batcher.schedule("n1");
    clock.advance(100);
    expect(transport.sent).toEqual([
      {
        to: "n1",
        body: { type: "gossip_ok", incarnation: 1, ack: { incarnation: 4, ranges: [[1, 1]], held: 100 } },
      },
    ]);
  });

  it("keeps acknowledgements off gossip where each is answered by a message of its own", () => {
    const { clock, peers, pacer, gossipTo, accept } = soloMember();
    pacer.piggybacksAcks = false;
    peers.of("n1").observeIncarnation(4);
    peers.of("n1").incoming.add(1, 1, 0);
    accept("a");
    clock.advance(100);
    expect(gossipTo("n1")[0]?.ack).toBeUndefined();
  });

  it("says how old the oldest value of each run is", () => {
    const { clock, log, batcher, gossipTo } = soloMember();
    clock.advance(500);
    log.merge([["n2@1", 1, 1]], ["old"], [200]);
    log.accept("new", 500);
    batcher.enqueue("n2", 2, 200);
    clock.advance(100);
    expect(gossipTo("n1")[0]?.ages.toSorted()).toEqual([100, 400]);
  });

  it("splits what is larger than the transport's limit, loses nothing by it, and names each part's dots", () => {
    const { clock, transport, gossipTo, accept } = soloMember(16 * 1024);
    const values = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(300, "x"));
    for (const value of values) accept(value);
    clock.advance(100);
    const parts = gossipTo("n1");
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.flatMap((part) => part.values)).toEqual(values);
    for (const part of parts) expect(part.dots.reduce((sum, [, , count]) => sum + count, 0)).toBe(part.values.length);
    for (const { body } of transport.sent)
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(transport.maxMessageBytes);
  });

  it("sends a value that is larger than the limit alone, rather than never", () => {
    const { clock, gossipTo, accept } = soloMember(16 * 1024);
    for (const value of ["a", "b".repeat(5000), "c"]) accept(value);
    clock.advance(100);
    expect(gossipTo("n1").map(({ values }) => values.length)).toEqual([1, 1, 1]);
  });

  it("marks as sent to everyone only what this member accepted itself", () => {
    const { clock, log, pacer, batcher, gossipTo, accept } = soloMember();
    pacer.isDirect = true;
    log.merge([["n2@1", 1, 1]], ["theirs"], [0]);
    batcher.enqueue("n2", 1, 0);
    accept("ours");
    clock.advance(100);
    expect(gossipTo("n1").map(({ values, direct }) => [values, direct])).toEqual([
      [["ours"], true],
      [["theirs"], undefined],
    ]);
  });

  it("does not mark as sent to everyone what came while values went along the tree", () => {
    const { clock, pacer, gossipTo, accept } = soloMember();
    accept("before");
    pacer.isDirect = true;
    accept("after");
    pacer.isDirect = false;
    clock.advance(100);
    expect(gossipTo("n1").map(({ values, direct }) => [values, direct])).toEqual([
      [["after"], true],
      [["before"], undefined],
    ]);
  });

  it("tells that something left, so that its acknowledgement is waited for", () => {
    const { clock, departures, accept } = soloMember();
    accept("a");
    clock.advance(100);
    expect(departures).toEqual(["n1", "n2"]);
  });

  it("sends what waits at once when the node stops, and nothing after all is cancelled", () => {
    const { clock, batcher, peers, transport, gossipTo, accept } = soloMember();
    accept("a");
    batcher.flushAll();
    expect(gossipTo("n1")).toHaveLength(1);
    accept("b");
    peers.endSession();
    const { length } = transport.sent;
    clock.advance(10_000);
    expect(transport.sent).toHaveLength(length);
  });
});
