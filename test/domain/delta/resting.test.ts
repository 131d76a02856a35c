import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Knowledge } from "../../../src/domain/delta/knowledge.js";
import { Peer, type RestingPeer } from "../../../src/domain/delta/peer.js";
import { RestingPeers } from "../../../src/domain/delta/resting-peers.js";
import { Slot } from "../../../src/domain/delta/slot.js";
import type { MemberId } from "../../../src/domain/ports/transport.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ALL_DOTS, DotSpans } from "../../../src/domain/values/dot-spans.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const STATE = new Slot<{ readonly of: MemberId }>(() => ({ of: "nobody" }));
/** So few that the sets of a peer are stored as they are, and so many that they are stored as a difference. */
const AUTHORS = [3, 32];
const PEERS = ["n1", "n2", "n3"];

const by = (author: number) => `a${author}@1`;

/** A node `n0` with its peers, whose clock is a number. */
class Node {
  now = 0;
  /** Replaced as a whole when it changes. */
  members: readonly MemberId[] = ["n0", ...PEERS];
  readonly log = new ValueLog("n0@1", () => {}, { missed: () => {} });
  readonly peers = new DeltaTracker({ values: this.log, identity: this });
  private arrived = 0;

  constructor(private readonly authors: number) {
    this.log.followedBy(this.peers);
  }

  arrive(count: number): void {
    for (let n = 0; n < count; n++, this.arrived++) {
      const number = Math.floor(this.arrived / this.authors) + 1;
      this.log.merge([[by(this.arrived % this.authors), number, 1]], [this.arrived], [this.now]);
    }
  }

  /** The latest values, oldest first. */
  latest(count: number): DotRange[] {
    const { end, start } = this.log.arrivals;
    return this.log.arrivedSince(Math.max(start, end - count)) as DotRange[];
  }

  /** All that this node knows, without the latest values. */
  allBut(count: number): VersionVector {
    return VersionVector.of(this.log.known.without(VersionVector.of(this.latest(count))));
  }

  /** Everything that can be seen of the peers. */
  sight() {
    const { known, held } = this.log;
    return PEERS.map((member) => {
      const peer = this.peers.peek(member);
      const { lastHeardAt, sendsToAll, readsSummaries, health, lastNumber, knownIncarnation, isUnsettled } = peer;
      return {
        ...{ member, lastHeardAt, sendsToAll, readsSummaries, health, lastNumber, knownIncarnation, isUnsettled },
        owed: peer.owed.owedSince,
        gap: peer.owed.gapSince,
        delta: [...this.peers.delta(member, held)],
        lacking: peer.knowledge.lacking(known).toWire(),
        unreported: peer.knowledge.unreported(known).toWire(),
        unconfirmed: peer.unconfirmed(held).toWire(),
        exceedsOwn: peer.knowledge.exceedsOwn,
        first: peer.outgoing.unusualFirst,
        inFlight: [...peer.outgoing.inFlight()],
        unacknowledged: peer.outgoing.oldestUnacknowledged(),
        state: this.peers.state(member, STATE),
        isSuspect: this.peers.isSuspect(member),
        isDeparted: this.peers.isDeparted(member),
      };
    });
  }
}

/** Events of a node. Each returns what the node returns. */
const events: Record<string, (node: Node, member: MemberId, count: number) => unknown> = {
  arrive: (node, _, count) => node.arrive(count),
  wait: (node, _, count) => {
    node.now += 200 * count;
  },
  hear: (node, member) => {
    node.peers.of(member).lastHeardAt = node.now;
  },
  incarnation: (node, member, count) => node.peers.of(member).observeIncarnation(count),
  flags: (node, member, count) =>
    Object.assign(node.peers.of(member), {
      sendsToAll: count % 2 === 0,
      readsSummaries: [undefined, true, false][count % 3],
    }) && undefined,
  receive: (node, member, count) => node.peers.of(member).incoming.add(count, 1, node.now),
  owe: (node, member) => {
    node.peers.of(member).incoming.owedSince ??= node.now;
  },
  answer: (node, member) => node.peers.of(member).acknowledge(node.now, { isNumbered: false }),
  confirm: (node, member, count) => node.peers.of(member).confirm(node.latest(count)),
  assume: (node, member, count) => node.peers.of(member).assume(node.latest(count)),
  assumeAll: (node, member) => node.peers.of(member).assume([...node.log.known.ranges()]),
  retract: (node, member, count) => node.peers.of(member).retractAssumed(node.latest(count)),
  send: (node, member) => node.peers.of(member).send(node.peers.of(member).delta(node.log.held), node.now),
  acknowledged: (node, member, count) => {
    const { lastNumber } = node.peers.of(member);
    if (lastNumber === 0) return undefined;
    const ranges = [[Math.max(1, lastNumber - count), lastNumber] as const];
    return node.peers.of(member).acknowledged({ incarnation: 1, ranges, held: 0 }, node.now, 100);
  },
  giveUp: (node, member) => node.peers.of(member).giveUpUntil(node.now),
  digest: (node, member, count) => node.peers.of(member).reconcile(node.allBut(count), new VersionVector(), node.now),
  complete: (node, member) => node.peers.of(member).reconcile(node.allBut(0), new VersionVector(), node.now),
  foreign: (node, member, count) => node.peers.of(member).confirm([["foreign@1", 1, count]]),
  report: (node, member, count) => node.peers.of(member).knowledge.report(node.allBut(count)),
  reportAll: (node, member) => node.peers.of(member).knowledge.report(node.log.known.copy()),
  stable: (node, _, count) => {
    for (const [, peer] of node.peers.active()) peer.confirmStable(node.allBut(count));
  },
  settled: (node) => {
    for (const [, peer] of node.peers.active()) peer.nothingOwed();
  },
  suspect: (node, member) => node.peers.of(member).markSuspect(),
  returned: (node, member) => node.peers.of(member).markAlive(),
  state: (node, member) => node.peers.of(member).slots.set(STATE, { of: member }),
  noState: (node, member) => node.peers.clear(member, STATE),
  skip: (node, _, count) => node.log.compactTo(VersionVector.of([[by(0), 1_000 * count, 1]])),
  compact: (node) => node.log.compact(node.allBut(1).isEmpty ? [] : [...node.allBut(1).meet(node.log.held).ranges()]),
  regroup: (node, member, count) => {
    // Another order, and at times without a member of which messages still come.
    const others = count % 4 === 0 ? PEERS.filter((other) => other !== member) : PEERS;
    node.members = ["n0", ...others.slice(count % 3), ...others.slice(0, count % 3)];
  },
  left: (node, member) => node.peers.memberLeft(member, node.now),
  joined: (node, member) => node.peers.memberJoined(member),
  endSession: (node) => node.peers.endSession(),
  renumber: (node) => node.peers.restartNumbering().toSorted(),
};

/** Without many of these, peers would hardly ever rest. */
const SOOTHING = [
  "complete",
  "complete",
  "complete",
  "hear",
  "noState",
  "noState",
  "reportAll",
  "returned",
  "settled",
  "stable",
];

const event = fc.record({
  name: fc.constantFrom(...Object.keys(events), ...SOOTHING, ...SOOTHING),
  member: fc.constantFrom(...PEERS),
  count: fc.integer({ min: 1, max: 40 }),
});

describe("Peers at rest", () => {
  it.each(AUTHORS)("show the same as others, whatever happens to them (%i authors)", (authors) => {
    let rested = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (steps) => {
        const [restless, restful] = [new Node(authors), new Node(authors)];
        for (const { name, member, count } of steps) {
          const happens = events[name] as (typeof events)[string];
          expect(happens(restful, member, count)).toEqual(happens(restless, member, count));
          const awake = [...restful.peers.active()].length;
          restful.peers.rest();
          rested += awake - [...restful.peers.active()].length;
          const active = [...restful.peers.active()];
          expect(restful.sight()).toEqual(restless.sight());
          // A look wakes nobody.
          expect([...restful.peers.active()]).toEqual(active);
        }
      }),
      { numRuns: 300 },
    );

    expect(rested).toBeGreaterThan(100);
  });

  it("are no peers with a number that a row has no room for", () => {
    const rows = new RestingPeers(["n1"]);
    const rest = { firstNumber: 1, incarnation: 1, lastHeardAt: 0, sendsToAll: false, readsSummaries: undefined };
    const peerAt = (lastNumber: number, certain: number): RestingPeer => ({
      ...rest,
      lastNumber,
      marks: { certain, assumed: undefined, reported: undefined },
    });
    const largest = 2 ** 31 - 1;
    expect([rows.add("n1", peerAt(largest + 1, 0)), rows.add("n1", peerAt(1, largest + 1))]).toEqual([false, false]);
    expect(rows.get("n1")).toBeUndefined();
    expect(rows.add("n1", peerAt(largest, largest))).toBe(true);
    expect(rows.get("n1")).toEqual(peerAt(largest, largest));
  });

  it("still lack exactly what came later when this node deletes most values and numbers the rest anew", () => {
    const node = new Node(3);
    const [member] = PEERS as [MemberId];
    node.arrive(900);
    node.peers.of(member).reconcile(node.log.known.copy(), new VersionVector(), 0);
    node.peers.rest();
    expect([...node.peers.active()]).toEqual([]);
    node.arrive(900);
    const { start } = node.log.arrivals;
    // Every fourth value of an author stays. Arrivals before the last deleted one get other numbers.
    node.log.compact(
      [...node.log.known.ranges()].flatMap(([author, first, count]) =>
        Array.from({ length: count }, (_, index): DotRange => [author, first + index, 1]).filter(
          ([, number]) => number % 4 !== 0,
        ),
      ),
    );
    expect(node.log.arrivals.start).toBeGreaterThan(start);
    const lacked = node.peers.delta(member, node.log.held).flatMap(([, first]) => first);
    expect(lacked.toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 225 }, (_, index) => 304 + 4 * Math.floor(index / 3)),
    );
  });

  it("rest again after the members have changed, the new ones as well", () => {
    const node = new Node(3);
    node.peers.of("n1").lastHeardAt = 1;
    node.peers.rest();
    node.members = [...node.members, "n4"];
    node.peers.of("n4").lastHeardAt = 2;
    node.peers.rest();
    expect([...node.peers.active()]).toEqual([]);
    expect(["n1", "n4"].map((member) => node.peers.peek(member).lastHeardAt)).toEqual([1, 2]);
  });

  it("may rest after a look at what they lack", () => {
    const node = new Node(32);
    const { knowledge } = node.peers.of("n1");
    node.arrive(64);
    knowledge.lacking(node.log.known);
    knowledge.unreported(node.log.known);
    expect(knowledge.exceedsOwn).toBe(false);
    node.peers.rest();
    expect([...node.peers.active()]).toEqual([]);
    node.peers.clear("n1", STATE);
    expect([...node.peers.active()]).toEqual([]);
  });

  it("may rest after a look at values that another member sends them, or at none", () => {
    const node = new Node(32);
    node.arrive(64);
    const { knowledge } = node.peers.of("n1");
    knowledge.replace(node.log.known.copy(), new VersionVector(), new DotSpans([ALL_DOTS]));
    node.arrive(64);
    knowledge.assume([...node.log.known.ranges()]);
    knowledge.lacking(node.log.known);
    knowledge.unreported(new VersionVector());
    expect(knowledge.exceedsOwn).toBe(false);
    expect(knowledge.marks).toEqual({ certain: 64, assumed: 128, reported: undefined });
  });

  it("are no peers that have values which this node lacks", () => {
    const node = new Node(3);
    node.arrive(6);
    node.peers.of("n1").confirm([...node.latest(6), ["foreign@1", 1, 1]]);
    expect(node.peers.of("n1").atRest).toBeUndefined();
  });

  it("are no peers that have acknowledged a message: the first number is not sent any more", () => {
    const { log } = new Node(3);
    log.accept("own", 0);
    const peer = new Peer(5, 1, new Knowledge(log));
    peer.send([["n0@1", 1, 1]], 0);
    peer.acknowledged({ incarnation: 1, ranges: [[5, 5]], held: 0 }, 1, 100);
    expect([peer.isUnsettled, peer.atRest]).toEqual([false, undefined]);
  });

  it("do not keep the time, the number and the knowledge of an earlier rest", () => {
    const node = new Node(3);
    node.arrive(6);
    const [member] = PEERS as [MemberId];
    node.peers.of(member).confirm(node.latest(6));
    node.peers.rest();
    node.peers.of(member).observeIncarnation(1);
    node.peers.of(member).observeIncarnation(2);
    node.peers.rest();
    expect([...node.peers.active()]).toEqual([]);
    expect(node.peers.peek(member).knownIncarnation).toBe(2);
    expect(node.peers.delta(member, node.log.held)).toHaveLength(3);
  });
});
