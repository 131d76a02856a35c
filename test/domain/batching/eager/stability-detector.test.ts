import { describe, expect, it } from "vitest";
import type { StableVector } from "../../../../src/domain/messages.js";
import { VersionVector } from "../../../../src/domain/values/version-vector.js";
import { DELAY, holdings, member } from "../../support/stability-member.js";

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
    clock.advance(1_999);
    expect(sent("holdings")).toHaveLength(1);
    clock.advance(1);
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

  it("announces and settles nothing twice", () => {
    const { log, peers, settlement, sent } = member("n0");
    log.accept("a", 0);
    peers.of("n2").send([["n0@1", 1, 1]], 10);
    const report = () => {
      for (const from of ["n1", "n2"]) settlement.reportReceived(from, holdings([["n0@1", [[1, 1]]]]));
    };
    report();
    // The root needs no acknowledgement of what everyone has either.
    expect(peers.of("n2").outgoing.oldestUnacknowledged()).toEqual([]);
    report();
    expect(sent("stable")).toHaveLength(2);
    log.accept("b", 0);
    for (const from of ["n1", "n2"]) settlement.reportReceived(from, holdings([["n0@1", [[1, 2]]]]));
    expect(sent("stable")).toHaveLength(4);
  });

  it("counts a report in several parts once all of them have come", () => {
    const { log, settlement, sent } = member("n0");
    for (const value of ["a", "b"]) log.accept(value, 0);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 2]]]]));
    settlement.reportReceived("n1", { ...holdings([["n0@1", [[1, 1]]]]), of: 2 });
    expect(sent("stable")).toEqual([]);
    settlement.reportReceived("n1", { ...holdings([["n0@1", [[2, 2]]]]), of: 2 });
    expect(sent("stable").map(({ vector }) => vector)).toEqual([[["n0@1", [[1, 2]]]], [["n0@1", [[1, 2]]]]]);
    // The next report needs all of its parts again.
    log.accept("c", 0);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 3]]]]));
    settlement.reportReceived("n1", { ...holdings([["n0@1", [[3, 3]]]]), of: 2 });
    expect(sent("stable")).toHaveLength(2);
  });

  it("concludes without a part that was lost", () => {
    const { clock, log, settlement, sent, asked } = member("n0");
    for (const value of ["a", "b"]) log.accept(value, 0);
    clock.advance(DELAY);
    settlement.reportReceived("n2", holdings([["n0@1", [[1, 2]]]]));
    settlement.reportReceived("n1", { ...holdings([["n0@1", [[1, 1]]]]), of: 2 });
    clock.advance(2_000 - 1);
    expect([sent("stable"), asked]).toEqual([[], []]);
    clock.advance(1);
    expect(sent("stable").map(({ vector }) => vector)).toEqual([[["n0@1", [[1, 1]]]], [["n0@1", [[1, 1]]]]]);
    expect(asked).toEqual(["n1"]);
  });

  it("divides a report and an announcement that do not fit into one message", () => {
    const { clock, transport, gossip, settlement, log } = member("n1", 1_400);
    for (let number = 1; number < 400; number += 2) gossip("n2", number);
    clock.advance(2 * DELAY);
    const reports = transport.sent.flatMap(({ body }) => (body.type === "holdings" ? [body] : []));
    expect(reports.length).toBeGreaterThan(1);
    for (const report of reports) {
      expect(JSON.stringify(report).length).toBeLessThanOrEqual(1_400);
      expect(report.of).toBe(reports.length);
    }
    const all = new VersionVector();
    for (const { vector } of reports) all.merge(VersionVector.fromWire(vector));
    expect([...all.ranges()]).toEqual([...log.known.ranges()]);
    settlement.close();
  });

  it("reports in one message, however little there is to report", () => {
    const { clock, peers, settlement, transport } = member("n1");
    peers.of("n2").incoming.owedSince = 0;
    settlement.resume();
    clock.advance(DELAY);
    expect(transport.sent).toEqual([{ to: "n0", body: { type: "holdings", incarnation: 1, vector: [] } }]);
    expect(peers.of("n2").incoming.owedSince).toBeUndefined();
  });

  it("reports for the oldest of the acknowledgements that it owes", () => {
    const { clock, peers, settlement, sent } = member("n1");
    clock.advance(1_000);
    peers.of("n0").incoming.owedSince = 900;
    peers.of("n2").incoming.owedSince = 500;
    settlement.resume();
    clock.advance(DELAY - 501);
    expect(sent("holdings")).toEqual([]);
    clock.advance(1);
    expect(sent("holdings")).toHaveLength(1);
  });

  it("reports at once what has been owed for long", () => {
    const { clock, peers, settlement, sent } = member("n1");
    clock.advance(3 * DELAY);
    peers.of("n2").incoming.owedSince = 0;
    settlement.resume();
    expect(sent("holdings")).toHaveLength(1);
  });

  it("waits until no gossip has come for a while, though an acknowledgement is due", () => {
    const { clock, gossip, sent } = member("n1");
    gossip("n2", 1);
    clock.advance(DELAY - 100);
    gossip("n2", 2);
    clock.advance(1_000 - 1);
    expect(sent("holdings")).toEqual([]);
    clock.advance(1);
    expect(sent("holdings")).toHaveLength(1);
  });

  it("as the root waits for the reports of the others instead of its own", () => {
    const { clock, gossip, transport, asked } = member("n0");
    gossip("n1", 1);
    clock.advance(DELAY + 2_000 - 1);
    expect([transport.sent, asked]).toEqual([[], []]);
    clock.advance(1);
    // n2 has not reported the value; n1 is its author.
    expect(asked).toEqual(["n2"]);
  });

  it("asks no suspect, and no member about values that may be on their way", () => {
    const { clock, peers, log, settlement, asked } = member("n0");
    log.accept("a", 0);
    peers.of("n1").markSuspect();
    clock.advance(DELAY - 2_000 - 1);
    settlement.reportReceived("n2", holdings([]));
    clock.advance(2_000);
    expect(asked).toEqual([]);
    settlement.reportReceived("n2", holdings([]));
    clock.advance(2_000);
    expect(asked).toEqual(["n2"]);
  });

  it("waits for all digests that it asked for, and for none of a member that has left", () => {
    const { clock, log, peers, identity, settlement, asked, sent } = member("n0");
    log.accept("a", 0);
    clock.advance(DELAY);
    settlement.reportReceived("n2", holdings([]));
    settlement.digestReceived("n1");
    clock.advance(2_000);
    expect(asked).toEqual(["n1", "n2"]);
    const all = VersionVector.fromWire([["n0@1", [[1, 1]]]]);
    peers.of("n2").reconcile(all, new VersionVector(), 0);
    settlement.digestReceived("n2");
    expect(sent("stable")).toEqual([]);
    identity.membersChanged(["n0", "n2"]);
    settlement.memberLeft();
    expect(sent("stable").map(({ to }) => to)).toEqual(["n2"]);
  });

  it("takes the report of a member for void that has restarted", () => {
    const { log, settlement, sent } = member("n0");
    log.accept("a", 0);
    const report = holdings([["n0@1", [[1, 1]]]]);
    settlement.reportReceived("n1", report);
    settlement.peerRestarted("n1");
    settlement.reportReceived("n2", report);
    expect(sent("stable")).toEqual([]);
    settlement.reportReceived("n1", { ...report, of: 2 });
    settlement.peerRestarted("n1");
    settlement.reportReceived("n1", { ...report, of: 2 });
    expect(sent("stable")).toEqual([]);
  });

  it("counts an announcement only if it comes from the root", () => {
    const { peers, log, settlement } = member("n2");
    log.merge([["n1@1", 1, 1]], ["a"], [0]);
    peers.of("n1").send([["n1@1", 1, 1]], 10);
    const message: StableVector = { type: "stable", incarnation: 1, vector: [["n1@1", [[1, 1]]]] };
    settlement.stableReceived("n1", message);
    expect(peers.of("n1").outgoing.oldestUnacknowledged()).toHaveLength(1);
    settlement.stableReceived("n0", message);
    expect(peers.of("n1").outgoing.oldestUnacknowledged()).toEqual([]);
  });

  it("adds up what a root has announced in several messages", () => {
    const { peers, log, settlement, asked } = member("n2");
    log.merge([["n1@1", 1, 2]], ["a", "b"], [0]);
    peers.of("n1").send([["n1@1", 1, 2]], 10);
    for (const number of [1, 2])
      settlement.stableReceived("n0", { type: "stable", incarnation: 1, vector: [["n1@1", [[number, number]]]] });
    expect(peers.of("n1").outgoing.oldestUnacknowledged()).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("does not report again to a root that is still there", () => {
    const { clock, doubted, gossip, sent } = member("n2");
    gossip("n1", 1);
    clock.advance(DELAY + 3_000 + 2_000);
    expect([doubted, sent("holdings").length]).toEqual([["n0"], 1]);
    clock.advance(60_000);
    expect([doubted, sent("holdings").length]).toEqual([["n0"], 1]);
  });
});
