import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { Digest, Summary } from "../../../src/domain/messages.js";
import { inOrder, partsIn } from "../../../src/domain/values/dot-spans.js";
import { fingerprint } from "../../../src/domain/values/fingerprint.js";
import type { WireVector } from "../../../src/domain/values/version-vector.js";
import { knowledgeableMember, comparingMember as member, pace } from "../support/comparing-member.js";

const digestOf = (vector: WireVector, reply = true): Digest => ({ type: "digest", incarnation: 1, vector, reply });
const gaps = (times: readonly number[]) => times.map((time, index) => time - (times[index - 1] ?? 0));

/** One of two parts of a comparison, which names none of the values before the author `m2`. */
const HALF: Summary = {
  type: "summary",
  incarnation: 1,
  salt: 1,
  places: [null, ["m2", 1]],
  known: [[]],
  reply: false,
};

describe("AntiEntropy", () => {
  it("sends nothing before it is started, nor after it is closed", () => {
    const { clock, transport, antiEntropy } = member();
    clock.advance(60_000);
    expect(transport.sent).toEqual([]);
    antiEntropy.start();
    antiEntropy.close();
    clock.advance(60_000);
    expect(transport.sent).toEqual([]);
  });

  it("tells every partner in turn, by chance, all that this node knows", () => {
    const { clock, log, antiEntropy, digests } = member();
    log.accept("a", 0);
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    clock.advance(200_000);
    expect(digests[0]?.body).toEqual(digestOf([["n0@1", [[1, 1]]]]));
    expect(new Set(digests.map(({ to }) => to))).toEqual(new Set(["n1", "n2"]));
  });

  it("keeps a member to which a digest leaves from being trusted to ask for an answer", () => {
    const { clock, peers, antiEntropy, digests } = member();
    const { outgoing } = peers.of("n1");
    outgoing.track(1, [["n0@1", 1, 1]], clock.now(), { answers: [1, 1] });
    antiEntropy.requestDigest("n1");
    clock.advance(100);
    expect(digests.map(({ to }) => to)).toEqual(["n1"]);
    outgoing.trustAnswers(clock.now());
    expect(outgoing.oldestUnacknowledged()).toHaveLength(1);
  });

  it("compares with the next member once no value has come for a while, so that each member gets one digest", () => {
    const { clock, antiEntropy, digests } = member({ longest: 120_000 });
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    antiEntropy.valuesCame();
    clock.advance(12_000);
    expect(digests).toEqual([{ at: 12_000, to: "n1", body: digestOf([]) }]);
  });

  it("leaves out suspects then", () => {
    const { clock, antiEntropy, overlay, digests } = member({ longest: 120_000 });
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    overlay.suspects = ["n1"];
    antiEntropy.valuesCame();
    clock.advance(12_000);
    expect(digests.map(({ to }) => to)).toEqual(["n2"]);
    overlay.suspects = ["n1", "n2"];
    antiEntropy.valuesCame();
    clock.advance(12_000);
    expect(digests).toHaveLength(1);
  });

  it("leaves out the root and the member that sent the last value, since the member after one that has ended may lack it", () => {
    const { clock, antiEntropy, overlay, digests } = member({ longest: 240_000 });
    const toldAfter = (root: string, informant?: string) => {
      overlay.root = root;
      antiEntropy.valuesCame(informant);
      const before = digests.length;
      clock.advance(12_000);
      return digests.slice(before).map(({ to }) => to);
    };
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    const told = [
      toldAfter("n0"),
      toldAfter("n1"),
      toldAfter("n0", "n1"),
      toldAfter("n0", "n2"),
      toldAfter("n1", "n2"),
    ];
    expect(told).toEqual([["n1"], ["n2"], ["n2"], ["n1"], []]);
  });

  it("does the same after a digest that shows values which do not come, since its sender may have ended", () => {
    const { clock, antiEntropy, digests } = member({ longest: 120_000, settleTime: 5000 });
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    antiEntropy.receive("n2", digestOf([["n2@1", [[1, 1]]]], false));
    clock.advance(12_000);
    expect(digests.filter(({ body }) => body.verify !== true).map(({ at, to }) => [at, to])).toEqual([[12_000, "n1"]]);
  });

  it("does not do it with the fixed interval of the proposal, nor once it is closed", () => {
    const fixed = 120_000;
    const proposal = member({ shortest: fixed, longest: fixed });
    proposal.antiEntropy.start();
    proposal.antiEntropy.valuesCame();
    const closed = member({ longest: fixed });
    closed.antiEntropy.start();
    closed.antiEntropy.valuesCame();
    closed.antiEntropy.close();
    closed.antiEntropy.valuesCame();
    for (const { clock } of [proposal, closed]) clock.advance(24_000);
    expect([proposal.digests, closed.digests]).toEqual([[], []]);
  });

  it("keeps a fixed interval where the proposal asks for one", () => {
    const interval = 500;
    const { clock, antiEntropy, digests } = member({ shortest: interval, longest: interval });
    antiEntropy.start();
    clock.advance(4 * interval);
    expect(digests.map(({ at }) => at)).toEqual([1, 2, 3, 4].map((count) => count * interval));
  });

  it("is quiet while nothing is wrong: an interval at its longest, spread so that members do not speak at once", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    clock.advance(400_000);
    const intervals = gaps(digests.map(({ at }) => at));
    for (const interval of intervals) {
      // Trickle draws each moment from the second half of its interval.
      expect(interval).toBeGreaterThanOrEqual(pace.longest / 2);
      expect(interval).toBeLessThanOrEqual(pace.longest);
    }
    expect(new Set(intervals).size).toBeGreaterThan(10);
  });

  it("falls to the shortest interval at a sign of trouble and doubles back from there", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    clock.advance(100);
    antiEntropy.inconsistencySuspected();
    clock.advance(40_000);
    const intervals = gaps([100, ...digests.map(({ at }) => at)]).slice(1);
    [pace.shortest, 1000, 2000, 4000, pace.longest, pace.longest].forEach((most, index) => {
      expect(intervals[index]).toBeGreaterThanOrEqual(most / 2);
      expect(intervals[index]).toBeLessThanOrEqual(most);
    });
  });

  it("asks what it missed when nobody has spoken to it for a while after its start, until somebody does", () => {
    const { clock, antiEntropy, digests } = member({ shortest: 500, longest: 100_000 });
    const questions = () => digests.filter(({ body }) => body.verify === true).length;
    antiEntropy.start();
    clock.advance(5_999);
    expect(questions()).toBe(0);
    // The first question comes within twice that time; an unanswered one is repeated after the first pause.
    clock.advance(6_501);
    expect(questions()).toBeGreaterThanOrEqual(2);
    antiEntropy.heardFrom("n1");
    const asked = questions();
    clock.advance(60_000);
    expect(questions()).toBe(asked);
  });

  it.each([
    { does: "asks what it missed", age: "long", seniority: 3_001, asks: true },
    { does: "asks nothing", age: "shortly", seniority: 3_000, asks: false },
  ])("$does if the member that speaks to it started $age before it", ({ seniority, asks }) => {
    const { clock, identity, peers, antiEntropy, digests } = member({ shortest: 500, longest: 100_000 });
    identity.startIncarnation(1_800_000_000_000 * 1_024);
    peers.of("n1").observeIncarnation((1_800_000_000_000 - seniority) * 1_024);
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    clock.advance(2 * 6_000);
    expect(digests.some(({ body }) => body.verify === true)).toBe(asks);
  });

  it("drops a question that is excused, unless it was asked before for another reason", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.requestDigest("n1", 1000);
    antiEntropy.cancelUnsent("n1");
    clock.advance(5000);
    expect(digests).toEqual([]);
    antiEntropy.requestDigest("n1");
    clock.advance(0);
    antiEntropy.requestDigest("n1", 1000);
    antiEntropy.cancelUnsent("n1");
    clock.advance(1000);
    expect(digests).toHaveLength(2);
    antiEntropy.receive("n1", digestOf([], false));
    clock.advance(60_000);
    expect(digests).toHaveLength(2);
  });

  it("asks all that are not being asked already, and says who is known to have lived before", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.requestDigest("n1", 0, true);
    clock.advance(400);
    antiEntropy.requestDigests(["n1", "n2"], 50);
    clock.advance(50);
    expect(digests.map(({ at, to, body }) => [at, to, body.reborn])).toEqual([
      [0, "n1", true],
      [450, "n2", undefined],
    ]);
  });

  it("is not put off by trouble that goes on", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.start();
    for (let step = 0; step < 100; step++) {
      antiEntropy.inconsistencySuspected();
      clock.advance(100);
    }
    expect(digests.length).toBeGreaterThanOrEqual(10);
  });

  it("answers a digest with the values that its sender lacks, and heals what was lost", () => {
    const { clock, log, antiEntropy, gossipTo } = member();
    for (const value of ["a", "b", "c"]) log.accept(value, 0);
    clock.advance(5000);
    antiEntropy.receive("n1", digestOf([["n0@1", [[2, 2]]]]));
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["a", "c"]]);
  });

  it("asks for what the sender has beyond this node's knowledge, once", () => {
    const { antiEntropy, digests } = member();
    antiEntropy.receive("n1", digestOf([["n1@1", [[1, 5]]]]));
    expect(digests.map(({ to, body }) => [to, body.reply])).toEqual([["n1", false]]);
    antiEntropy.receive("n1", digestOf([["n1@1", [[1, 5]]]], false));
    expect(digests).toHaveLength(1);
  });

  it("still asks after an answer that was for another process with this node's id, and shows values of that", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.requestDigest("n1");
    antiEntropy.receive("n1", digestOf([["n0@2", [[1, 5]]]], false));
    clock.advance(0);
    expect(digests.map(({ to, body }) => [to, body.verify])).toEqual([["n1", true]]);
    antiEntropy.receive("n1", digestOf([["n0@2", [[1, 5]]]], false));
    // An open request would be repeated by now.
    clock.advance(pace.settleTime - 1);
    expect(digests).toHaveLength(1);
  });

  it("asks for values that a periodic digest has shown and that have not come, as its answer may have got lost", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.receive("n1", digestOf([["n1@1", [[1, 5]]]]));
    expect(digests.map(({ body }) => body.reply)).toEqual([false]);
    clock.advance(pace.settleTime);
    expect(digests.map(({ body }) => body.verify === true)).toEqual([false, true]);
  });

  it("asks for values that an answer has shown, as the member may have ended before it sent them", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.requestDigest("n1");
    clock.advance(0);
    antiEntropy.receive("n1", digestOf([["n1@1", [[1, 5]]]], false));
    expect(digests).toHaveLength(1);
    clock.advance(pace.settleTime);
    expect(digests.map(({ to, body }) => [to, body.verify])).toEqual([
      ["n1", true],
      ["n1", true],
    ]);
  });

  it("waits twice as long each time that a member shows values and does not send them", () => {
    const { clock, antiEntropy, digests } = member();
    const answer = () => antiEntropy.receive("n1", digestOf([["n1@1", [[1, 5]]]], false));
    answer();
    for (let asked = 0; asked < 6; asked++) {
      clock.advance(asked === 0 ? pace.settleTime : 0);
      while (digests.length === asked) clock.advance(1);
      answer();
    }
    const { settleTime, longest } = pace;
    expect(gaps(digests.map(({ at }) => at))).toEqual(
      [1, 2, 4, 8, 8, 8].map((factor) => Math.min(factor * settleTime, longest)),
    );
  });

  it("does not ask for them once they have come", () => {
    const { clock, log, antiEntropy, digests } = member();
    antiEntropy.receive("n1", digestOf([["n1@1", [[1, 1]]]]));
    log.merge([["n1@1", 1, 1]], ["a"], [clock.now()]);
    clock.advance(10 * pace.settleTime);
    expect(digests).toHaveLength(1);
  });

  it("says nothing to one that knows the same", () => {
    const { clock, log, transport, antiEntropy } = member();
    log.accept("a", 0);
    clock.advance(5000);
    antiEntropy.receive("n1", digestOf([["n0@1", [[1, 1]]]]));
    expect(transport.sent).toEqual([]);
  });

  it("does not send again what may still wait in a queue before a slow member", () => {
    const slow = member({}, ["n1"], 5_000);
    const { clock, log, peers, antiEntropy, gossipTo } = slow;
    log.accept("a", 0);
    peers.of("n1").send([["n0@1", 1, 1]], 0);
    clock.advance(9_999);
    antiEntropy.receive("n1", digestOf([]));
    expect(gossipTo("n1")).toEqual([]);
    clock.advance(1);
    antiEntropy.receive("n1", digestOf([]));
    expect(gossipTo("n1")).toHaveLength(1);
  });

  it("leaves alone values that are so young that they are on their way", () => {
    const { clock, log, antiEntropy, transport } = member();
    log.accept("a", 0);
    clock.advance(999);
    antiEntropy.receive("n1", digestOf([]));
    expect(transport.sent).toEqual([]);
    clock.advance(1);
    antiEntropy.receive("n1", digestOf([]));
    expect(transport.sent).toHaveLength(1);
  });

  it("sends a member at once what it accepted in another life, however young: nobody else does", () => {
    const { clock, log, antiEntropy, gossipTo } = member();
    log.merge([["n1@0", 1, 1]], ["of another life"], [clock.now()]);
    antiEntropy.receive("n1", digestOf([]));
    antiEntropy.receive("n2", digestOf([]));
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["of another life"]]);
    expect(gossipTo("n2")).toEqual([]);
  });

  it("bears a forged digest of everything: it sends its sender nothing, and forgets nothing for others", () => {
    const { clock, log, antiEntropy, gossipTo } = member();
    log.accept("a", 0);
    clock.advance(5000);
    antiEntropy.receive("n1", digestOf([["n0@1", [[1, Number.MAX_SAFE_INTEGER]]]]));
    antiEntropy.receive("n2", digestOf([]));
    expect([gossipTo("n1").length, gossipTo("n2").length]).toEqual([0, 1]);
  });

  it("has nobody to tell in a cluster of one", () => {
    const { clock, transport, antiEntropy } = member({}, []);
    antiEntropy.start();
    antiEntropy.inconsistencySuspected();
    clock.advance(100_000);
    expect(transport.sent).toEqual([]);
  });

  it("probes a member that leaves several requests unanswered, once", () => {
    const { clock, antiEntropy, digests } = member();
    const unanswered: number[] = [];
    antiEntropy.unanswered.connect(() => unanswered.push(digests.length));
    antiEntropy.requestDigest("n1");
    clock.advance(60_000);
    expect(unanswered).toEqual([5]);
  });

  it("starts once there is a member to compare with, and compares soon when members come and go", () => {
    const { clock, antiEntropy, digests } = member({}, []);
    antiEntropy.start();
    clock.advance(60_000);
    antiEntropy.partnersChanged(["n1"]);
    antiEntropy.heardFrom("n1");
    clock.advance(pace.shortest);
    expect(digests.map(({ to }) => to)).toEqual(["n1"]);
    clock.advance(60_000);
    const before = digests.length;
    antiEntropy.partnersChanged(["n2"]);
    clock.advance(pace.shortest);
    expect(digests.slice(before).map(({ to }) => to)).toEqual(["n2"]);
  });

  it("does not compare more often because its partners change", () => {
    const interval = 500;
    const { clock, antiEntropy, digests } = member({ shortest: interval, longest: interval });
    antiEntropy.start();
    antiEntropy.partnersChanged(["n1"]);
    clock.advance(4 * interval);
    expect(digests).toHaveLength(4);
  });

  it("is not told what it missed by an answer to an earlier life, but by one that it has asked for, or that asks back", () => {
    const stillAsks = (reply: boolean, isAsked: boolean) => {
      const { clock, antiEntropy, digests } = member({ longest: 100_000 });
      antiEntropy.start();
      if (isAsked) {
        antiEntropy.requestDigest("n1");
        clock.advance(0);
      }
      antiEntropy.receive("n1", digestOf([], reply));
      const before = digests.length;
      clock.advance(2 * 6_000);
      return digests.slice(before).some(({ body }) => body.verify === true);
    };
    expect([stillAsks(false, false), stillAsks(true, false), stillAsks(false, true)]).toEqual([true, false, false]);
  });

  it("keeps looking for a way to suspects as the root, as long as there is news or the last digest was long ago", () => {
    const { clock, log, overlay, antiEntropy, digests } = member({ longest: 120_000 });
    overlay.isRoot = true;
    overlay.suspects = ["n2"];
    log.accept("a", 0);
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    antiEntropy.inconsistencySuspected();
    clock.advance(30_000);
    const soon = gaps(digests.map(({ at }) => at));
    expect(soon.length).toBeGreaterThanOrEqual(15);
    expect(Math.max(...soon)).toBeLessThanOrEqual(2_000);
    const before = digests.length;
    clock.advance(4_000);
    const late = digests.length;
    expect(late - before).toBeLessThanOrEqual(1);
    clock.advance(50_000);
    expect(digests).toHaveLength(late);
    // Half of the longest interval has passed.
    clock.advance(14_000);
    expect(digests).toHaveLength(late + 1);
    log.accept("b", clock.now());
    clock.advance(6_000);
    expect(digests.length).toBeGreaterThan(late + 2);
  });

  it("is in no hurry with suspects where it is not the root", () => {
    const { clock, log, overlay, antiEntropy, digests } = member({ longest: 120_000 });
    overlay.suspects = ["n2"];
    log.accept("a", 0);
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    clock.advance(50_000);
    expect(digests).toEqual([]);
  });

  it("deletes what a digest says is gone, and says what it has deleted itself and the sender lacks", () => {
    const { clock, log, antiEntropy, digests } = member();
    for (const value of ["a", "b", "c"]) log.accept(value, 0);
    log.compact([["n0@1", 1, 1]]);
    clock.advance(5_000);
    const deleted: WireVector = [["n2@1", [[1, 4]]]];
    antiEntropy.receive("n1", { ...digestOf([["n0@1", [[2, 3]]], ...deleted], false), gone: deleted });
    expect(log.known.has("n2@1", 4)).toBe(true);
    expect(digests.map(({ to, body }) => [to, body.reply, body.gone])).toEqual([["n1", false, [["n0@1", [[1, 1]]]]]]);
    antiEntropy.receive("n2", digestOf([["n0@1", [[1, 3]]], ...deleted], false));
    expect(digests).toHaveLength(1);
  });

  it("waits longer for what is on its way to a member whose round trips it does not know, and not at all with a fixed interval", () => {
    const resentAfter = (node: ReturnType<typeof member>) => {
      const { clock, log, peers, antiEntropy, gossipTo } = node;
      log.accept("a", 0);
      peers.of("n1").send([["n0@1", 1, 1]], 0);
      while (gossipTo("n1").length === 0) {
        clock.advance(100);
        antiEntropy.receive("n1", digestOf([], false));
      }
      return clock.now();
    };
    expect(resentAfter(member({}, ["n1"], "unmeasured"))).toBe(8_000);
    expect(resentAfter(member({ shortest: 500, longest: 500 }, ["n1"], 5_000))).toBe(pace.settleTime);
  });

  it("names the members whose digest it awaits", () => {
    const { clock, antiEntropy } = member();
    antiEntropy.requestDigest("n1");
    antiEntropy.requestDigest("n2", 1_000);
    expect(antiEntropy.awaitedDigests).toEqual(["n1", "n2"]);
    clock.advance(0);
    antiEntropy.receive("n1", digestOf([], false));
    antiEntropy.cancelRequest("n2");
    expect(antiEntropy.awaitedDigests).toEqual([]);
  });
});

describe("a digest that lacks what left long ago", () => {
  it("has it sent again: what has not arrived by then will not arrive", () => {
    const { clock, accept, antiEntropy, gossipTo } = member();
    accept("lost");
    clock.advance(100);
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["lost"]]);
    clock.advance(pace.settleTime);
    antiEntropy.receive("n1", digestOf([]));
    expect(gossipTo("n1").map(({ values }) => values)).toEqual([["lost"], ["lost"]]);
  });
});

describe("what an earlier life has left", () => {
  it("is sent to everyone once one member turns out to lack it, and only then", () => {
    const { clock, log, peers, antiEntropy, gossipTo } = member();
    log.recover([{ author: "n0@0", number: 1, value: "old" }], clock.now());
    for (const neighbour of ["n1", "n2"]) peers.of(neighbour).assume(log.recovered.ranges());
    antiEntropy.receive("n1", digestOf([["n0@0", [[1, 1]]]]));
    clock.advance(5000);
    expect(gossipTo("n2")).toEqual([]);
    antiEntropy.receive("n1", digestOf([]));
    clock.advance(5000);
    expect(gossipTo("n2").map(({ values }) => values)).toEqual([["old"]]);
  });
});

describe("a member that does not answer", () => {
  it("is asked after 500 ms, then every 2 s, and from the twelfth question on after pauses that grow to the longest", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.requestDigest("n1");
    clock.advance(60_000);
    const pauses = gaps(digests.map(({ at }) => at)).slice(1);
    const patient = new Array(11).fill(2_000);
    expect(pauses.slice(0, 16)).toEqual([500, 1_000, ...patient, 4_000, pace.longest, pace.longest]);
  });
});

describe("a node that nobody answers after its start", () => {
  it("looks around after pauses that double from 500 ms to the longest", () => {
    const { clock, antiEntropy, digests } = member();
    antiEntropy.syncAfterRestart([]);
    clock.advance(40_000);
    const doubling = [500, 1_000, 2_000, 4_000];
    expect(gaps(digests.map(({ at }) => at)).slice(0, 7)).toEqual([500, ...doubling, pace.longest, pace.longest]);
  });
});

describe("two nodes that compare by summaries", () => {
  /** Number of summaries of a comparison that no value interrupts: every message but these gets lost. */
  function exchange(sides: readonly (readonly { author: number; isYoung: boolean }[])[]) {
    const nodes = sides.map((dots) => {
      const node = member({}, ["n1"]);
      const merge = (isYoung: boolean) => {
        for (const dot of dots)
          if (dot.isYoung === isYoung)
            node.log.merge([[`m${dot.author}@1838492391000000`, 1, 1]], [dot.author], [node.clock.now()]);
      };
      merge(false);
      node.clock.advance(10_000);
      merge(true);
      node.peers.of("n1").readsSummaries = true;
      return { ...node, read: 0 };
    });
    nodes[0]?.antiEntropy.requestDigest("n1");
    nodes[0]?.clock.advance(0);
    let summaries = 0;
    for (let isOver = false; !isOver; ) {
      isOver = true;
      for (const [index, node] of nodes.entries())
        for (; node.read < node.transport.sent.length; node.read++) {
          const body = node.transport.sent[node.read]?.body;
          if (body?.type !== "summary") continue;
          isOver = false;
          if (++summaries > 50) return summaries;
          nodes[1 - index]?.antiEntropy.summaryReceived("n1", body);
        }
    }
    return summaries;
  }

  it("end after a few, although one may list a span that is too long for a list of the other one", () => {
    // Few seeds, since mutants make this ten times slower. Without the rule all of the first fifty find it.
    for (let seed = 1; seed <= 5; seed++) {
      const random = new SeededRandom(seed);
      const sides: { author: number; isYoung: boolean }[][] = [[], []];
      const authors = 200 + random.next() * 800;
      for (let author = 0; author < authors; author++)
        for (const side of sides) if (random.next() < 0.8) side.push({ author, isYoung: random.next() < 0.3 });
      expect(exchange(sides), `seed ${seed}`).toBeLessThan(20);
    }
  });
});

describe("a node that knows too much for a digest", () => {
  const authors = 300;

  function full() {
    const solo = knowledgeableMember();
    solo.antiEntropy.requestDigest("n1");
    solo.clock.advance(0);
    return { ...solo, sent: () => solo.transport.sent.map(({ body }) => body) };
  }

  it("asks first whether a member understands summaries, and sends one that does a summary", () => {
    const { antiEntropy, sent } = full();
    expect(sent()).toEqual([{ type: "probe", incarnation: 1, number: 1, summaries: true }]);
    antiEntropy.probeAnswered("n1", { type: "probe_ok", incarnation: 1, of: 1, number: 1, held: 0, summaries: true });
    expect(sent().at(-1)).toMatchObject({ type: "summary", verify: true });
    expect(JSON.stringify(sent().at(-1)).length).toBeLessThan(1_000);
  });

  it("sends a member of an earlier version a whole digest", () => {
    const { antiEntropy, digests } = full();
    // The answer to another probe says nothing.
    antiEntropy.probeAnswered("n1", { type: "probe_ok", incarnation: 1, of: 1, number: 9, held: 0 });
    expect(digests).toEqual([]);
    antiEntropy.probeAnswered("n1", { type: "probe_ok", incarnation: 1, of: 1, number: 1, held: 0 });
    expect(digests.map(({ body }) => [body.verify, body.vector.length])).toEqual([[true, authors]]);
  });

  it("requests a digest until the answers have covered everything", () => {
    const { clock, antiEntropy, transport, sent } = full();
    expect(antiEntropy.summaryReceived("n1", HALF)).toBe(false);
    // It lacks a part of the values, and gets them.
    const [gossip] = sent().flatMap((body) => (body.type === "gossip" ? [body] : []));
    expect(gossip?.dots.every(([actor]) => actor < "m2")).toBe(true);
    expect(antiEntropy.summaryReceived("n1", { ...HALF, places: [["m2", 1], null] })).toBe(true);
    const { length } = transport.sent.filter(({ body }) => body.type === "summary");
    clock.advance(5_000);
    expect(transport.sent.filter(({ body }) => body.type === "summary")).toHaveLength(length);
  });

  it("does not take parts of the knowledge of two lives of a member for the whole", () => {
    const { antiEntropy } = full();
    antiEntropy.summaryReceived("n1", HALF);
    expect(antiEntropy.summaryReceived("n1", { ...HALF, incarnation: 2, places: [["m2", 1], null] })).toBe(false);
    expect(antiEntropy.summaryReceived("n1", { ...HALF, incarnation: 2 })).toBe(true);
    expect(antiEntropy.summaryReceived("n1", { ...HALF, incarnation: 2 })).toBe(false);
  });

  it("answers a summary only where it is asked to, or where something is missing or deleted", () => {
    const answers = (summary: Partial<Summary>) => {
      const { antiEntropy, transport } = full();
      antiEntropy.cancelRequest("n1");
      transport.sent.length = 0;
      const known = [[["m1@1", [[1, 1]]]] as const, [["z@1", [[1, 1]]]] as const];
      const places = [
        ["m1@1", 1],
        ["m1@1", 2],
        ["z@1", 2],
      ] as const;
      antiEntropy.summaryReceived("n1", {
        type: "summary",
        incarnation: 1,
        salt: 1,
        places: [places[0], places[1], places[2]],
        known,
        reply: false,
        ...summary,
      });
      return transport.sent.flatMap(({ body }) => (body.type === "summary" ? [body.places] : []));
    };
    expect(answers({})).toEqual([]);
    expect(answers({ reply: true })).toEqual([
      [
        ["m1@1", 2],
        ["z@1", 2],
      ],
    ]);
    expect(answers({ verify: true }).map((places) => [places.at(0), places.at(-1)])).toEqual([
      [
        ["m1@1", 1],
        ["z@1", 2],
      ],
    ]);
  });

  it("says more about spans whose fingerprints differ, and nothing about the others", () => {
    const { antiEntropy, sent, log } = full();
    const settled = inOrder(log.known.ranges());
    const places = [null, ["m1", 1], null] as const;
    const [first] = places.slice(1).map((to, index) => fingerprint(partsIn(settled, [places[index] ?? null, to]), 5));
    const known = [first ?? 0, 12345];
    antiEntropy.summaryReceived("n1", { type: "summary", incarnation: 1, salt: 5, places, known, reply: true });
    const [answer] = sent().flatMap((body) => (body.type === "summary" ? [body] : []));
    expect(answer).toMatchObject({ reply: true, verify: true });
    expect([answer?.places[0], answer?.places.at(-1)]).toEqual([["m1", 1], null]);
  });
});
