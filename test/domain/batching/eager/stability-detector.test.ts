import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { StabilityDetector } from "../../../../src/domain/batching/eager/stability-detector.js";
import { DeltaTracker } from "../../../../src/domain/delta/delta-tracker.js";
import { Identity } from "../../../../src/domain/identity/identity.js";
import type { StabilityReport, StableVector } from "../../../../src/domain/messages.js";
import { ValueLog } from "../../../../src/domain/values/value-log.js";
import { VersionVector, type WireVector } from "../../../../src/domain/values/version-vector.js";
import { RecordingTransport } from "../../support/stubs.js";

const DELAY = 4000;

/** The member `self` of `n0` (the root), `n1`, `n2`. */
function member(self: string) {
  const clock = new FakeClock();
  const transport = new RecordingTransport();
  const identity = new Identity({ self, members: ["n0", "n1", "n2"] }, { incarnation: 1 });
  const log = new ValueLog(identity.actor);
  const peers = new DeltaTracker({ values: log });
  const asked: string[] = [];
  const doubted: string[] = [];
  /** The root is the first member that is not suspected. */
  const overlay = {
    get root() {
      return identity.members.find((member) => !peers.of(member).isSuspect) ?? self;
    },
  };
  const settlement = new StabilityDetector(
    { identity, transport, clock, values: log, peers, overlay },
    { acknowledgementDelay: DELAY },
  );
  settlement.memberBehind.connect((member) => asked.push(member));
  settlement.rootSilent.connect((member) => doubted.push(member));
  /** A value of another member comes by gossip. */
  const gossip = (from: string, number: number) => {
    log.merge([[`${from}@1`, number, 1]], [`${from}-${number}`], [clock.now()]);
    peers.of(from).incoming.owedSince ??= clock.now();
    settlement.gossipReceived();
  };
  const sent = <Message extends StabilityReport | StableVector>(type: Message["type"]) =>
    transport.sent.flatMap(({ to, body }) => (body.type === type ? [{ to, vector: (body as Message).vector }] : []));
  return { clock, transport, log, peers, settlement, asked, doubted, gossip, sent };
}

const holdings = (vector: WireVector): StabilityReport => ({ type: "holdings", incarnation: 1, vector });

describe("StabilityDetector", () => {
  it("reports once to the root what a member has, when its acknowledgements have waited long enough", () => {
    const { clock, sent, gossip } = member("n1");
    gossip("n0", 1);
    clock.advance(100);
    gossip("n2", 1);
    clock.advance(DELAY - 101);
    expect(sent("holdings")).toEqual([]);
    clock.advance(1);
    expect(sent("holdings")).toEqual([
      {
        to: "n0",
        vector: [
          ["n0@1", [[1, 1]]],
          ["n2@1", [[1, 1]]],
        ],
      },
    ]);
    clock.advance(60_000);
    expect(sent("holdings")).toHaveLength(1);
  });

  it("reports nothing when all acknowledgements found something to ride on", () => {
    const { clock, peers, transport, gossip } = member("n1");
    gossip("n2", 1);
    clock.advance(1000);
    peers.of("n2").incoming.owedSince = undefined;
    clock.advance(60_000);
    expect(transport.sent).toEqual([]);
  });

  it("waits for the end of a burst, but no longer than twice the delay", () => {
    const { clock, sent, gossip } = member("n1");
    gossip("n2", 1);
    for (let number = 2; clock.now() < 2 * DELAY - 500; number++) {
      clock.advance(500);
      gossip("n2", number);
    }
    expect(sent("holdings")).toEqual([]);
    clock.advance(500);
    expect(sent("holdings")).toHaveLength(1);
  });

  it("announces what all have once all have reported", () => {
    const { log, settlement, sent } = member("n0");
    log.accept("a", 0);
    log.accept("b", 0);
    settlement.reportReceived("n1", holdings([["n0@1", [[1, 2]]]]));
    expect(sent("stable")).toEqual([]);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 1]]]]));
    expect(sent("stable")).toEqual([
      { to: "n1", vector: [["n0@1", [[1, 1]]]] },
      { to: "n2", vector: [["n0@1", [[1, 1]]]] },
    ]);
  });

  it("does not wait for ever for a member that got no gossip and owes nothing: it has its own values", () => {
    const { clock, settlement, gossip, sent } = member("n0");
    gossip("n1", 1);
    settlement.reportReceived("n2", holdings([["n1@1", [[1, 1]]]]));
    clock.advance(10_000);
    expect(sent("stable").map(({ vector }) => vector)).toEqual([[["n1@1", [[1, 1]]]], [["n1@1", [[1, 1]]]]]);
  });

  it("announces nothing that a member is not known to have", () => {
    const { clock, log, settlement, transport } = member("n0");
    log.accept("a", 0);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 1]]]]));
    clock.advance(60_000);
    expect(transport.sent).toEqual([]);
  });

  it("asks who has not reported what others have, and announces it once they have answered", () => {
    const { clock, log, peers, settlement, asked, sent } = member("n0");
    log.accept("a", 0);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 1]]]]));
    clock.advance(DELAY - 1);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 1]]]]));
    clock.advance(2000);
    expect(asked).toEqual(["n1"]);
    peers.of("n1").reconcile(VersionVector.fromWire([["n0@1", [[1, 1]]]]), new VersionVector(), 0);
    settlement.digestReceived("n1");
    expect(sent("stable")).toHaveLength(2);
  });

  it("asks who has reported what never arrived here", () => {
    const { clock, settlement, asked } = member("n0");
    settlement.reportReceived("n2", holdings([["n1@1", [[1, 1]]]]));
    clock.advance(2000);
    expect(asked).toEqual(["n2"]);
  });

  it("counts a report that came too late for one announcement for the next", () => {
    const { clock, log, settlement, sent } = member("n0");
    log.accept("a", 0);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 1]]]]));
    clock.advance(30_000);
    settlement.reportReceived("n1", holdings([["n0@1", [[1, 1]]]]));
    clock.advance(2000);
    expect(sent("stable")).toHaveLength(2);
  });

  it("ends the wait for acknowledgements of what everyone has, and of nothing else", () => {
    const { peers, settlement } = member("n1");
    peers.of("n2").send([["n1@1", 1, 1]], 10);
    peers.of("n2").send([["n1@1", 2, 1]], 20);
    settlement.stableReceived("n0", { type: "stable", incarnation: 1, vector: [["n1@1", [[1, 1]]]] });
    expect(peers.of("n2").outgoing.oldestUnacknowledged()).toMatchObject([{ sentAt: 20 }]);
  });

  it("asks whether the root is still there when nothing comes of a report, and reports to the next one if not", () => {
    const { clock, peers, settlement, doubted, gossip, sent } = member("n2");
    gossip("n1", 1);
    clock.advance(DELAY + 2_999);
    expect(doubted).toEqual([]);
    clock.advance(1);
    expect(doubted).toEqual(["n0"]);
    peers.of("n0").markSuspect();
    clock.advance(2_000);
    expect(sent("holdings").map(({ to }) => to)).toEqual(["n0", "n1"]);
    settlement.close();
  });

  it("trusts a root that announces what all have", () => {
    const { clock, settlement, doubted, gossip, sent } = member("n2");
    gossip("n1", 1);
    clock.advance(DELAY);
    settlement.stableReceived("n0", { type: "stable", incarnation: 1, vector: [["n1@1", [[1, 1]]]] });
    clock.advance(60_000);
    expect(doubted).toEqual([]);
    expect(sent("holdings")).toHaveLength(1);
  });

  it("compares with a member that announces what this node lacks, even if that is the root in its own view alone", () => {
    const { asked, settlement } = member("n2");
    settlement.stableReceived("n1", { type: "stable", incarnation: 1, vector: [["n1@1", [[1, 1]]]] });
    expect(asked).toEqual(["n1"]);
  });

  it("says nothing after it is closed", () => {
    const { clock, settlement, gossip, transport } = member("n1");
    gossip("n2", 1);
    settlement.close();
    clock.advance(60_000);
    expect(transport.sent).toEqual([]);
  });
});
