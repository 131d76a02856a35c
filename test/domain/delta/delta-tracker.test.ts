import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Peer } from "../../../src/domain/delta/peer.js";
import { Slot } from "../../../src/domain/delta/slot.js";
import type { Acknowledgement } from "../../../src/domain/messages.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { DotSpans } from "../../../src/domain/values/dot-spans.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

function vectorOf(...runs: DotRange[]): VersionVector {
  const vector = new VersionVector();
  for (const run of runs) vector.add(run);
  return vector;
}

const dotsOf = (runs: Iterable<DotRange>): string[] =>
  [...runs]
    .flatMap(([by, first, count]) => Array.from({ length: count }, (_, index) => `${by}#${first + index}`))
    .sort();

const ackOf = (ranges: [number, number][], held = 0): Acknowledgement => ({ incarnation: 1, ranges, held });

/** Everything that left before `time` counts as lost. */
const giveUpBefore = (state: Peer, time: number) => state.giveUpUntil(time);

const known = vectorOf(["n0@1", 1, 3]);
const PATIENCE = 1000;

describe("Peer", () => {
  it("numbers what is sent to a silent neighbour so that it can be read: no message says that it is settled itself", () => {
    const state = new Peer();
    state.markSuspect();
    for (const dots of [[["n0@1", 1, 1]], []] as DotRange[][]) {
      const { number, base } = state.send(dots, 0);
      expect(base).toBeLessThanOrEqual(number);
    }
  });

  it("leaves out of the delta what the neighbour has seen and what is on its way", () => {
    const state = new Peer();
    state.confirm([["n0@1", 1, 1]]);
    state.send([["n0@1", 2, 1]], 0);
    expect(state.delta(known)).toEqual([["n0@1", 3, 1]]);
  });

  it("tells what was asked about, or overtaken by what is acknowledged, from what else is waited for", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 1]], 0);
    state.send([["n0@1", 2, 1]], 10, { isRequest: true });
    state.send([["n0@1", 3, 1]], 20);
    expect(state.outgoing.oldestUnacknowledged()).toEqual([
      { sentAt: 0, isDirect: false, isOvertaken: false, isRequest: false },
      { sentAt: 10, isDirect: false, isOvertaken: false, isRequest: true },
    ]);
    state.acknowledged(ackOf([[3, 3]]), 30, PATIENCE);
    expect(state.outgoing.oldestUnacknowledged()).toMatchObject([
      { sentAt: 0, isOvertaken: true },
      { sentAt: 10, isOvertaken: true },
    ]);
  });

  it("puts back into the delta what was given up", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0);
    expect(state.delta(known)).toEqual([]);
    giveUpBefore(state, 10);
    expect(state.delta(known)).toEqual([["n0@1", 1, 3]]);
  });

  it("puts back into the delta, of what left until a time, only what lies in a scope", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 1]], 0);
    state.send([["n0@1", 2, 1]], 0);
    const scope = new DotSpans();
    scope.add([["n0@1", 2], null]);
    state.giveUpUntil(10, scope);
    expect(dotsOf(state.delta(known))).toEqual(["n0@1#2", "n0@1#3"]);
  });

  it("waits for the acknowledgement of an answer once the neighbour has sent its digest: it may have stopped asking before", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0, { answers: [1, 1] });
    state.reconcile(vectorOf(), known, 50);
    state.outgoing.trustAnswers(100);
    expect(state.outgoing.oldestUnacknowledged()).toMatchObject([{ sentAt: 0 }]);
  });

  it("waits for the acknowledgement of an answer once the stability vector has shown the neighbour that its values arrived", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0, { answers: [1, 1] });
    state.confirmStable(vectorOf(["n1@1", 1, 1]));
    state.outgoing.trustAnswers(100);
    expect(state.outgoing.oldestUnacknowledged()).toMatchObject([{ sentAt: 0 }]);
  });

  it.each([
    ["before", true],
    ["after", false],
  ])(
    "waits for an answer that the neighbour lacks while it has a later one, trusted %s it said so",
    (_when, isBefore) => {
      const state = new Peer();
      state.send([["n0@1", 1, 3]], 0, { answers: [1, 1] });
      const later = state.send([["n0@1", 4, 1]], 10, { answers: [1, 1] });
      if (isBefore) state.outgoing.trustAnswers(100);
      // The missing answer is too young to be lost.
      state.acknowledged(ackOf([[later.number, later.number]]), 100, PATIENCE);
      if (!isBefore) state.outgoing.trustAnswers(100);
      expect(state.outgoing.oldestUnacknowledged()).toMatchObject([{ sentAt: 0, isOvertaken: true }]);
    },
  );

  it("gives up an answer that it trusted if a digest of the neighbour lacks its values, however young they are", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0, { answers: [1, 1] });
    state.outgoing.trustAnswers(100);
    state.reconcile(vectorOf(), known, 100);
    expect(state.delta(known)).toEqual([["n0@1", 1, 3]]);
  });

  it("still counts an acknowledgement that comes after the message was given up", () => {
    const state = new Peer();
    const { number } = state.send([["n0@1", 1, 3]], 0);
    giveUpBefore(state, 10);
    state.acknowledged(ackOf([[number, number]]), 20, PATIENCE);
    expect(state.delta(known)).toEqual([]);
  });

  it("measures a round trip as the time from departure to acknowledgement less the time held", () => {
    const state = new Peer();
    const { number } = state.send([["n0@1", 1, 1]], 100);
    expect(state.acknowledged(ackOf([[number, number]], 750), 1050, PATIENCE).roundTrip).toBe(200);
  });

  it("measures no round trip by an acknowledgement that was seen before", () => {
    const state = new Peer();
    const { number } = state.send([["n0@1", 1, 1]], 100);
    state.acknowledged(ackOf([[number, number]]), 300, PATIENCE);
    expect(state.acknowledged(ackOf([[number, number]]), 900, PATIENCE).roundTrip).toBeUndefined();
  });

  it("takes a message that later ones overtook by more than the patience for lost", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 1]], 0);
    const { number } = state.send([["n0@1", 2, 1]], 500);
    expect(state.acknowledged(ackOf([[number, number]]), 900, PATIENCE).lost).toBe(0);
    expect(state.acknowledged(ackOf([[number, number]]), 1001, PATIENCE).lost).toBe(1);
    expect(state.delta(vectorOf(["n0@1", 1, 2]))).toEqual([["n0@1", 1, 1]]);
  });

  it("acknowledges what came, gaps included, and not what the sender has settled", () => {
    const state = new Peer();
    state.observeIncarnation(7);
    for (const number of [1, 2, 5]) state.incoming.add(number, 1, 100);
    expect(state.acknowledge(130, { isNumbered: true })).toEqual({
      incarnation: 7,
      ranges: [
        [1, 2],
        [5, 5],
      ],
      held: 30,
    });
    state.incoming.add(6, 5, 140);
    expect(state.acknowledge(150, { isNumbered: true })).toEqual({ incarnation: 7, ranges: [[5, 6]], held: 10 });
  });

  it("tells a duplicate, also of a message that is settled, and does not let it change the time held", () => {
    const state = new Peer();
    state.observeIncarnation(1);
    expect(state.incoming.add(1, 1, 0)).toBe(true);
    expect(state.incoming.add(2, 2, 10)).toBe(true);
    expect(state.incoming.add(2, 2, 500)).toBe(false);
    expect(state.incoming.add(1, 1, 500)).toBe(false);
    expect(state.acknowledge(510, { isNumbered: true })).toEqual({ incarnation: 1, ranges: [[2, 2]], held: 500 });
  });

  it("leaves to an answer in flight what that acknowledges, unless the message shows by its number that the answer is missing", () => {
    const state = new Peer();
    state.observeIncarnation(1);
    const ranges = (isNumbered: boolean) => state.acknowledge(30, { isNumbered })?.ranges;
    state.incoming.add(1, 1, 0);
    state.incoming.awaitsAnswer(1);
    state.send([["n0@1", 1, 3]], 10, { answers: state.incoming.awaited });
    expect(ranges(true)).toEqual([[1, 1]]);
    expect(ranges(false)).toEqual([]);
    state.incoming.add(2, 1, 20);
    expect(ranges(false)).toEqual([[2, 2]]);
    // The peer would have requested the answer again.
    state.outgoing.trustAnswers(10);
    expect(ranges(false)).toEqual([[1, 2]]);
  });

  it("acknowledges nothing rather than a message whose time here is unknown", () => {
    const state = new Peer();
    state.observeIncarnation(1);
    state.incoming.add(1, 1, 0);
    state.incoming.add(2, 1, 20);
    state.send([["n0@1", 1, 3]], 30, { answers: [2, 2] });
    expect(state.acknowledge(40, { isNumbered: false })?.ranges).toEqual([]);
  });

  it("tells, when this node takes a new incarnation, whom its last messages may not have reached", () => {
    const peers = new DeltaTracker();
    peers.of("n1").send([["n0@1", 1, 3]], 0);
    const { number } = peers.of("n2").send([["n0@1", 1, 3]], 0);
    peers.of("n2").acknowledged(ackOf([[number, number]]), 20, PATIENCE);
    peers.of("n3");
    expect(peers.restartNumbering()).toEqual(["n1"]);
  });

  it("has nothing to acknowledge before anything came", () => {
    expect(new Peer().acknowledge(0, { isNumbered: true })).toBeUndefined();
  });

  it("starts anew with a later life of the neighbour: it knows nothing, and counts from 1", () => {
    const state = new Peer();
    state.observeIncarnation(1);
    state.incoming.add(9, 9, 0);
    state.confirm([["n0@1", 1, 2]]);
    state.send([["n0@1", 3, 1]], 0);
    state.observeIncarnation(2);
    expect(state.delta(known)).toEqual([["n0@1", 1, 3]]);
    expect(state.incoming.add(1, 1, 0)).toBe(true);
    expect(state.acknowledge(0, { isNumbered: true })).toEqual({ incarnation: 2, ranges: [[1, 1]], held: 0 });
  });

  it("keeps what was sent before the neighbour first spoke", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0);
    state.observeIncarnation(5);
    expect(state.delta(known)).toEqual([]);
  });

  it("does not let an earlier life of the neighbour undo what is known of the later one", () => {
    const state = new Peer();
    state.observeIncarnation(2);
    state.confirm([["n0@1", 1, 3]]);
    state.observeIncarnation(1);
    expect(state.delta(known)).toEqual([]);
  });

  it("takes a digest's word over what was assumed", () => {
    const state = new Peer();
    state.assume([["n0@1", 1, 3]]);
    expect(state.delta(known)).toEqual([]);
    state.reconcile(vectorOf(["n0@1", 1, 1]), vectorOf(), 0);
    expect(state.delta(known)).toEqual([["n0@1", 2, 2]]);
  });

  it("takes a digest's word over what the root, or anyone, had said of the neighbour", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0);
    state.confirmStable(known);
    expect(state.delta(known)).toEqual([]);
    state.reconcile(vectorOf(["n0@1", 1, 1]), vectorOf(["n0@1", 3, 1]), 0);
    expect(state.delta(known)).toEqual([["n0@1", 2, 1]]);
  });

  it("does not send again, because of a digest, what is on its way", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 3]], 0);
    state.reconcile(vectorOf(), vectorOf(), 0);
    expect(state.delta(known)).toEqual([]);
  });

  it("waits no longer for messages whose values everyone has", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 2]], 0);
    state.send([["n0@1", 3, 1]], 50);
    state.confirmStable(vectorOf(["n0@1", 1, 2]));
    expect(state.outgoing.oldestUnacknowledged()).toMatchObject([{ sentAt: 50 }]);
  });

  it("bears forged acknowledgements: of numbers never sent, up to the largest", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 1]], 0);
    const forged = ackOf([[2, Number.MAX_SAFE_INTEGER]]);
    state.acknowledged(forged, 10, PATIENCE);
    expect(state.outgoing.oldestUnacknowledged()).toMatchObject([{ sentAt: 0 }]);
    const { number } = state.send([["n0@1", 2, 1]], 20);
    expect(number).toBe(2);
  });

  it("remembers a bounded number of lost messages, however many are lost", () => {
    const state = new Peer();
    const many = vectorOf(["n0@1", 1, 2000]);
    for (let number = 1; number <= 2000; number++) {
      state.send([["n0@1", number, 1]], number);
      giveUpBefore(state, number);
    }
    expect(state.delta(many)).toEqual([["n0@1", 1, 2000]]);
    expect(state.send([], 3000).base).toBeGreaterThan(1500);
  });
});

describe("a link that loses, repeats and reorders", () => {
  const events = fc.array(
    fc.record({
      what: fc.constantFrom("send", "send", "deliver", "deliver", "acknowledge", "giveUp", "forge", "digest"),
      pick: fc.nat(1000),
    }),
    { maxLength: 80 },
  );

  it("never sends what the neighbour acknowledged, and forgets nothing that it did not", () => {
    fc.assert(
      fc.property(events, (list) => {
        const [ours, theirs] = [new Peer(), new Peer()];
        theirs.observeIncarnation(1);
        ours.observeIncarnation(1);
        const accepted = new VersionVector();
        const sent: { number: number; base: number; dots: readonly DotRange[] }[] = [];
        const has = new VersionVector();
        const acknowledged = new VersionVector();
        list.forEach(({ what, pick }, now) => {
          const message = sent[pick % Math.max(1, sent.length)];
          if (what === "send") {
            accepted.add(["n0@1", accepted.max("n0@1") + 1, 1 + (pick % 3)]);
            const dots = ours.delta(accepted);
            for (const run of dots)
              for (const dot of dotsOf([run])) expect(dotsOf(acknowledged.ranges())).not.toContain(dot);
            sent.push({ ...ours.send(dots, now), dots });
          } else if (what === "deliver" && message !== undefined) {
            theirs.incoming.add(message.number, message.base, now);
            for (const run of message.dots) has.add(run);
          } else if (what === "acknowledge") {
            const ack = theirs.acknowledge(now, { isNumbered: true });
            if (ack === undefined) return;
            ours.acknowledged(ack, now, 5);
            for (const { number, dots } of sent)
              if (ack.ranges.some(([first, last]) => number >= first && number <= last))
                for (const run of dots) acknowledged.add(run);
          } else if (what === "giveUp") giveUpBefore(ours, now);
          else if (what === "forge") ours.acknowledged(ackOf([[sent.length + 1, 2 ** 53 - 1]]), now, 5);
          else if (what === "digest") ours.reconcile(VersionVector.fromWire(has.toWire()), new VersionVector(), 0);
        });
        // Once everything on its way is given up, the delta holds all that the neighbour cannot be shown to have.
        giveUpBefore(ours, list.length);
        const rest = vectorOf(...ours.delta(accepted));
        rest.merge(has);
        expect(rest.covers(accepted)).toBe(true);
      }),
    );
  });
});

describe("DeltaTracker", () => {
  it("keeps what neighbours have seen apart", () => {
    const peers = new DeltaTracker();
    peers.of("n1").confirm([["n0@1", 1, 3]]);
    expect(peers.of("n1").delta(known)).toEqual([]);
    expect(peers.of("n2").delta(known)).toEqual([["n0@1", 1, 3]]);
    expect([...peers.all()].map(([id]) => id)).toEqual(["n1", "n2"]);
  });

  it("lists the suspects, and the peers with a state of a service", () => {
    const NOTE = new Slot(() => "");
    const peers = new DeltaTracker();
    for (const member of ["n1", "n2", "n3"]) peers.of(member);
    peers.of("n2").markSuspect();
    peers.of("n3").slots.set(NOTE, "known");
    expect([...peers.suspects()]).toEqual(["n2"]);
    expect(["n1", "n2", "n9"].map((member) => peers.isSuspect(member))).toEqual([false, true, false]);
    expect([...peers.with(NOTE)]).toEqual([["n3", "known"]]);
  });

  it("ends the session of every peer: without suspects and without states of the services", () => {
    const stopped: string[] = [];
    const NOTE = new Slot(
      () => "",
      (note) => stopped.push(note),
    );
    const peers = new DeltaTracker();
    const peer = peers.of("n1");
    peer.slots.set(NOTE, "timer");
    peer.lastHeardAt = 5;
    peer.knowledge.report(known);
    peer.markSuspect();
    peers.endSession();
    expect([stopped, peer.isSuspect, peer.lastHeardAt]).toEqual([["timer"], false, undefined]);
    expect(dotsOf(peer.knowledge.unreported(known).ranges())).toEqual(["n0@1#1", "n0@1#2", "n0@1#3"]);
  });

  it("numbers messages to everyone from 1 again in a new incarnation of this node", () => {
    const peers = new DeltaTracker();
    peers.of("n1").send([["n0@1", 1, 3]], 0);
    peers.memberLeft("n1", 0);
    peers.restartNumbering();
    expect(peers.of("n2").send([], 0).number).toBe(1);
  });
});

describe("a member that has left", () => {
  /** `n1` has left at 1000, in incarnation 7, after two messages to it. */
  function departed() {
    const peers = new DeltaTracker();
    const peer = peers.of("n1");
    peer.observeIncarnation(7);
    peer.confirm([["n0@1", 1, 3]]);
    peer.send([], 0);
    peer.send([], 0);
    peers.memberLeft("n1", 1_000);
    return peers;
  }

  it("gets no entry by late messages, and keeps its incarnation for a while", () => {
    const peers = departed();
    expect(peers.isDeparted("n1")).toBe(true);
    expect(peers.of("n1").knownIncarnation).toBe(7);
    expect(peers.find("n1")).toBeUndefined();
    expect(peers.of("n1").delta(known)).toEqual([["n0@1", 1, 3]]);
  });

  it("comes back with its last incarnation, and gets numbers that it has not seen", () => {
    const peers = departed();
    peers.memberJoined("n1");
    expect(peers.isDeparted("n1")).toBe(false);
    expect(peers.find("n1")?.knownIncarnation).toBe(7);
    expect(peers.of("n1").send([], 0).number).toBe(3);
    // So does any other new member, since the table of departed ones is not kept for ever.
    expect(peers.of("n2").send([], 0).number).toBe(3);
  });

  it("is forgotten after some time, and not before", () => {
    const peers = departed();
    peers.memberLeft("n2", 2_000);
    peers.expire(120_999);
    expect([peers.isDeparted("n1"), peers.isDeparted("n2")]).toEqual([true, true]);
    peers.expire(121_000);
    expect([peers.isDeparted("n1"), peers.isDeparted("n2")]).toEqual([false, true]);
    peers.memberLeft("n3", 122_000);
    expect(peers.isDeparted("n2")).toBe(false);
  });

  it("is forgotten sooner if very many leave", () => {
    const peers = departed();
    for (let count = 1; count < 1_000; count++) peers.memberLeft(`m${count}`, 1_000);
    expect(peers.isDeparted("n1")).toBe(true);
    peers.memberLeft("one more", 1_000);
    expect([peers.isDeparted("n1"), peers.isDeparted("m1")]).toEqual([false, true]);
  });

  it("has no state of a service left, and no suspicion", () => {
    const peers = new DeltaTracker();
    const stopped: string[] = [];
    const NOTE = new Slot(
      () => "",
      (note) => stopped.push(note),
    );
    peers.of("n1").slots.set(NOTE, "timer");
    peers.memberLeft("n1", 0);
    expect(stopped).toEqual(["timer"]);
  });

  it("is not replaced by a member that joins without having left", () => {
    const peers = new DeltaTracker();
    peers.of("n1").confirm([["n0@1", 1, 3]]);
    peers.memberJoined("n1");
    expect(peers.of("n1").delta(known)).toEqual([]);
  });
});

describe("a suspect", () => {
  it("is assumed to get what is sent to it, and its acknowledgement is not awaited", () => {
    const state = new Peer();
    state.send([["n0@1", 1, 1]], 0);
    state.markSuspect();
    expect([state.isSuspect, state.outgoing.isEmpty]).toEqual([true, true]);
    expect(state.delta(known)).toEqual([["n0@1", 1, 3]]);
    state.send([["n0@1", 1, 2]], 10);
    expect([state.delta(known), state.outgoing.isEmpty]).toEqual([[["n0@1", 3, 1]], true]);
    state.reconcile(vectorOf(), vectorOf(), 20);
    expect(state.delta(known)).toEqual([["n0@1", 1, 3]]);
    state.markAlive();
    expect(state.isSuspect).toBe(false);
  });
});

describe("what a peer has not confirmed", () => {
  it("is what it lacks and what is in flight to it, but not what it was assumed to get or trusted to have got", () => {
    const state = new Peer();
    state.assume([["n0@1", 1, 1]]);
    state.send([["n0@1", 2, 1]], 0, { answers: [1, 1] });
    state.outgoing.trustAnswers(0);
    state.send([["n0@1", 3, 1]], 0);
    expect(dotsOf(state.unconfirmed(vectorOf(["n0@1", 1, 4])).ranges())).toEqual(["n0@1#3", "n0@1#4"]);
    expect(dotsOf(state.unconfirmed(vectorOf(["n0@1", 1, 2])).ranges())).toEqual([]);
  });
});

describe("a message in addition to what a peer is owed", () => {
  it("is numbered, but neither awaited nor taken for delivered", () => {
    const state = new Peer();
    expect(state.send([["n0@1", 1, 1]], 0, { isExtra: true })).toEqual({ number: 1, base: 1 });
    expect([state.outgoing.isEmpty, state.delta(known)]).toEqual([true, [["n0@1", 1, 3]]]);
  });

  it("is not awaited without values either", () => {
    const state = new Peer();
    state.send([], 0);
    expect(state.outgoing.isEmpty).toBe(true);
  });
});

describe("a digest of a peer", () => {
  it("settles messages in flight whose values it lists; a parent is then owed an acknowledgement in return", () => {
    const owed = (isUpcast: boolean, hasSpoken: boolean) => {
      const state = new Peer();
      if (hasSpoken) state.incoming.add(1, 1, 0);
      state.send([["n0@1", 1, 1]], 0, { isUpcast });
      state.send([["n0@1", 2, 1]], 0, { isUpcast });
      state.reconcile(vectorOf(["n0@1", 1, 1]), vectorOf(), 50);
      expect(dotsOf(state.outgoing.inFlight())).toEqual(["n0@1#2"]);
      return state.incoming.owedSince;
    };
    expect(owed(true, true)).toBe(50);
    expect(owed(false, true)).toBeUndefined();
    expect(owed(true, false)).toBeUndefined();
  });
});

describe("the relation of a message's incarnation to the known one", () => {
  it("is that of the first, the same, a later or an earlier life", () => {
    const state = new Peer();
    expect([3, 3, 4, 3, 4].map((incarnation) => state.observeIncarnation(incarnation))).toEqual([
      "first",
      "known",
      "restarted",
      "stale",
      "known",
    ]);
    expect(state.knownIncarnation).toBe(4);
  });

  it("decides whether it is still known that the peer understands summaries", () => {
    const state = new Peer();
    state.observeIncarnation(1);
    state.readsSummaries = true;
    state.observeIncarnation(1);
    expect(state.readsSummaries).toBe(true);
    state.observeIncarnation(2);
    expect(state.readsSummaries).toBeUndefined();
  });
});

describe("a look-up", () => {
  it("makes no entry: a member without messages lacks everything", () => {
    const peers = new DeltaTracker();
    expect(peers.find("n1")).toBeUndefined();
    expect(peers.delta("n1", VersionVector.of([["n0@1", 1, 3]]))).toEqual([["n0@1", 1, 3]]);
    expect([...peers.all()]).toEqual([]);
  });
});

describe("a neighbour that was started again", () => {
  const restarted = () => {
    const state = new Peer();
    state.observeIncarnation(1);
    state.send([["n0@1", 1, 1]], 0);
    state.send([["n0@1", 2, 1]], 10);
    state.observeIncarnation(2);
    return state;
  };

  it("owes no acknowledgement of what its earlier life was sent", () => {
    expect(restarted().outgoing.oldestUnacknowledged()).toEqual([]);
  });

  it("is told that the numbers before the next message are settled", () => {
    expect(restarted().send([["n0@1", 1, 1]], 20)).toEqual({ number: 3, base: 3 });
  });

  it("does not get values as settled that were on their way to its earlier life", () => {
    const state = restarted();
    state.confirmStable(vectorOf(["n0@1", 1, 2]));
    expect(dotsOf(state.delta(known))).toEqual(["n0@1#1", "n0@1#2", "n0@1#3"]);
  });
});

it("puts back into the delta what was wrongly taken for known", () => {
  const state = new Peer();
  state.assume([["n0@1", 1, 3]]);
  state.retractAssumed([["n0@1", 2, 1]]);
  expect(state.delta(known)).toEqual([["n0@1", 2, 1]]);
});
