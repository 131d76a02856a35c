import { describe, expect, it } from "vitest";
import { Batcher } from "../../../src/domain/batching/batcher.js";
import { ALL_DOTS, DotSpans } from "../../../src/domain/values/dot-spans.js";
import { oweAck, soloMember } from "../support/stubs.js";

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
    clock.advance(1);
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
    // A moment is 1 ms long.
    clock.advance(0.9);
    accept("same moment");
    expect(asked).toBe(2);
    clock.advance(0.1);
    accept("next moment");
    expect(asked).toBe(4);
    batcher.messageReceived();
    accept("new plans");
    expect(asked).toBe(6);
    batcher.flushAll();
    accept("next batch");
    expect(asked).toBe(8);
    clock.advance(100);
    expect(gossipTo("n1").map(({ values }) => values.length)).toEqual([53, 1]);
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
    { at: 95, alone: 0, case: "with what leaves at the same moment" },
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
    oweAck(peers.of("n1"));
    accept("a");
    clock.advance(100);
    expect(gossipTo("n1")[0]?.ack).toEqual({ incarnation: 4, ranges: [[1, 1]], held: 100 });
    batcher.flush("n1");
    expect(transport.sent.filter(({ body }) => body.type === "gossip_ok")).toEqual([]);
  });

  it("sends an acknowledgement by itself where no values go that way", () => {
    const { clock, transport, peers, batcher } = soloMember();
    oweAck(peers.of("n1"));
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

  it("tells whether a flush has sent anything", () => {
    const { clock, peers, batcher, accept } = soloMember();
    expect(batcher.flush("n1")).toBe(false);
    accept("a");
    expect(batcher.flush("n1")).toBe(true);
    expect(batcher.flush("n1")).toBe(false);
    peers.of("n1").observeIncarnation(1);
    peers.of("n1").incoming.add(1, 1, clock.now());
    peers.of("n1").incoming.owedSince = clock.now();
    expect(batcher.flush("n1")).toBe(true);
  });

  it("empties the queue with a flush, so that its timer sends nothing more", () => {
    const { clock, pacer, batcher, gossipTo, accept } = soloMember();
    const asked: number[] = [];
    accept("a");
    batcher.flush("n1");
    pacer.leaves = ({ count }) => {
      asked.push(count);
      return undefined;
    };
    batcher.schedule("n1");
    clock.advance(1_000);
    expect([asked, gossipTo("n1").length]).toEqual([[0], 1]);
  });

  it("asks the pacer about the oldest value and the number of all that waits", () => {
    const { clock, log, pacer, batcher, accept } = soloMember();
    const asked: unknown[] = [];
    clock.advance(100);
    pacer.leaves = ({ oldest, count }) => {
      asked.push([oldest, count]);
      return 1_000;
    };
    accept("a");
    log.merge([["n2@1", 1, 2]], ["x", "y"], [40]);
    batcher.enqueue("n2", 2, 40);
    expect(asked).toEqual([
      [100, 1],
      [100, 1],
      [40, 3],
    ]);
    asked.length = 0;
    batcher.recompute("n1");
    batcher.recomputeIfTarget("n2");
    batcher.recomputeIfTarget("n9");
    expect(asked).toEqual([
      [40, 3],
      [40, 3],
    ]);
  });

  it("plans nothing for a member for which nothing is to leave", () => {
    const { clock, pacer, batcher, accept } = soloMember();
    pacer.leaves = () => undefined;
    accept("a");
    batcher.schedule("n1");
    expect(clock.nextDue()).toBeUndefined();
  });

  it("requests an acknowledgement with the values that the member lacks, or alone if there are none", () => {
    const { batcher, gossipTo, departures, accept } = soloMember();
    accept("a");
    batcher.requestAck("n1");
    batcher.requestAck("n1");
    expect(gossipTo("n1").map(({ values, ask }) => [values, ask])).toEqual([
      [["a"], true],
      [[], true],
    ]);
    expect(departures).toEqual(["n1", "n1"]);
  });

  it("sends lost values again with a request, and only what it owes otherwise", () => {
    const { clock, peers, transport, batcher, gossipTo, accept } = soloMember();
    const peer = peers.of("n1");
    batcher.resend("n1");
    expect(transport.sent).toEqual([]);
    accept("a");
    batcher.flush("n1");
    peer.giveUpUntil(clock.now());
    batcher.resend("n1");
    expect(gossipTo("n1").map(({ values, ask }) => [values, ask])).toEqual([
      [["a"], undefined],
      [["a"], true],
    ]);
  });

  it("sends a member what it lacks of a part of all dots, even if it is no target", () => {
    const { log, peers, pacer, batcher, gossipTo } = soloMember();
    pacer.targets = () => [];
    log.merge(
      [
        ["n2@1", 1, 3],
        ["n3@1", 1, 1],
      ],
      ["a", "b", "c", "d"],
      [0, 0],
    );
    peers.of("n1").confirm([["n2@1", 2, 1]]);
    batcher.repair(
      "n1",
      new DotSpans([
        [
          ["n2@1", 2],
          ["n3@1", 1],
        ],
      ]),
    );
    batcher.repair("n1", new DotSpans([ALL_DOTS]));
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["c"], ["a", "d"]]);
  });

  it("sends a member that is no target only what this node has sent to everyone, or to it before", () => {
    const { clock, log, peers, pacer, batcher, gossipTo, accept } = soloMember();
    log.merge([["n2@1", 1, 2]], ["theirs", "lost"], [0]);
    accept("before");
    pacer.isDirect = true;
    clock.advance(1);
    accept("direct");
    pacer.isDirect = false;
    const peer = peers.of("n1");
    peer.send([["n2@1", 2, 1]], clock.now());
    clock.advance(1);
    peer.giveUpUntil(clock.now());
    // Values go along the tree now, and n1 is elsewhere in it.
    pacer.targets = () => [];
    expect(batcher.flush("n1")).toBe(true);
    expect(gossipTo("n1").map(({ values, direct }) => [values, direct])).toEqual([
      [["direct"], true],
      [["lost"], undefined],
    ]);
    pacer.targets = (from) => (from === undefined ? ["n1"] : []);
    batcher.flush("n1");
    expect(gossipTo("n1").at(-1)).toMatchObject({ values: ["before"] });
  });

  it("marks as sent to everyone no value that comes later and goes along the tree", () => {
    const { clock, pacer, gossipTo, accept } = soloMember();
    for (const [value, isDirect] of [
      ["a", true],
      ["b", true],
      ["c", false],
    ] as const) {
      pacer.isDirect = isDirect;
      accept(value);
      clock.advance(1);
    }
    clock.advance(100);
    expect(gossipTo("n1").map(({ values, direct }) => [values, direct])).toEqual([
      [["a", "b"], true],
      [["c"], undefined],
    ]);
  });

  it("does not take values for sent to everyone that an earlier life of this node accepted", () => {
    const { clock, log, identity, transport, peers, pacer } = soloMember();
    log.accept("earlier", 0);
    const nothing = { isQuerying: false, query: () => undefined, replies: () => undefined };
    const batcher = new Batcher({ identity, transport, clock, values: log, peers, pacer, piggyback: nothing });
    pacer.isDirect = true;
    log.accept("now", 0);
    batcher.enqueue(undefined, 1, 0);
    batcher.flush("n1");
    expect(transport.sent.map(({ body }) => body)).toMatchObject([
      { values: ["now"], direct: true },
      { values: ["earlier"] },
    ]);
  });

  it("drops the queue of a member that is no neighbour any more", () => {
    const { clock, batcher, gossipTo, accept } = soloMember();
    accept("a");
    batcher.dropQueue("n1");
    clock.advance(1_000);
    expect([gossipTo("n1").length, gossipTo("n2").length]).toEqual([0, 1]);
  });

  describe("asks for new departures for the next value", () => {
    it.each<[string, (solo: ReturnType<typeof soloMember>) => unknown]>([
      ["after a flush", ({ batcher }) => batcher.flush("n1")],
      ["after a change of the schedule", ({ batcher }) => batcher.reschedule("n1")],
      ["after a loss", ({ batcher }) => batcher.recompute("n1")],
      ["once a member is no neighbour any more", ({ batcher }) => batcher.dropQueue("n1")],
      ["after a message came", ({ batcher }) => batcher.messageReceived()],
      ["if values go another way from now on", ({ pacer }) => Object.assign(pacer, { isDirect: true })],
      ["after a while", ({ clock }) => clock.advance(1)],
      ["if the clock was set back", ({ clock }) => Object.assign(clock, { now: () => -1 })],
    ])("%s", (_, change) => {
      const solo = soloMember();
      let asked = 0;
      solo.accept("a");
      solo.pacer.leaves = () => {
        asked++;
        return 100;
      };
      solo.accept("b");
      expect(asked).toBe(0);
      change(solo);
      asked = 0;
      solo.accept("c");
      expect(asked).toBe(2);
    });
  });

  describe("in eager mode", () => {
    /** A member that owes `n1` an acknowledgement of which the stability report is to speak. */
    function owing() {
      const solo = soloMember();
      const peer = solo.peers.of("n1");
      peer.observeIncarnation(1);
      peer.incoming.add(1, 1, 0);
      peer.incoming.owedSince = 7;
      solo.pacer.isDirect = true;
      return { ...solo, peer };
    }

    it("still owes an acknowledgement after it has sent replies, since the report follows anyway", () => {
      const { batcher, peer, transport } = owing();
      batcher.sendReplies("n1");
      expect(transport.sent).toHaveLength(1);
      expect(peer.incoming.owedSince).toBe(7);
    });

    it("owes none if its own values leave soon", () => {
      const { batcher, peer, accept } = owing();
      accept("a");
      batcher.sendReplies("n1");
      expect(peer.incoming.owedSince).toBeUndefined();
    });

    it("owes none in other modes", () => {
      const { batcher, peer, pacer } = owing();
      pacer.isDirect = false;
      batcher.sendReplies("n1");
      expect(peer.incoming.owedSince).toBeUndefined();
    });
  });

  it("keeps the contents of a batch until all members have it, and no longer", () => {
    const { clock, log, pacer, batcher, accept } = soloMember();
    let lookUps = 0;
    const lookUp = log.valuesOf.bind(log);
    log.valuesOf = (range) => {
      lookUps++;
      return lookUp(range);
    };
    accept("a");
    pacer.leaves = () => clock.now() + 500;
    batcher.reschedule("n2");
    clock.advance(100);
    clock.advance(400);
    expect(lookUps).toBe(1);
    batcher.repair("n9", new DotSpans([ALL_DOTS]));
    expect(lookUps).toBe(2);
  });
});
