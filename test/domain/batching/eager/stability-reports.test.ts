import { describe, expect, it } from "vitest";
import { VersionVector } from "../../../../src/domain/values/version-vector.js";
import { DELAY, holdings, member } from "../../support/stability-member.js";

/** The first value of the root, and its first two values. */
const FIRST = holdings([["n0@1", [[1, 1]]]]);
const BOTH = holdings([["n0@1", [[1, 2]]]]);
/** How long the root waits for missing reports, in ms. */
const COLLECTION = 2_000;

/** The root, which has asked `n1` for its digest: only `n2` has reported its value. */
function rootThatAsked() {
  const root = member("n0");
  const { clock, log, settlement, asked } = root;
  log.accept("a", 0);
  clock.advance(DELAY);
  settlement.reportReceived("n2", FIRST);
  clock.advance(COLLECTION);
  expect(asked).toEqual(["n1"]);
  const digestComes = () => {
    root.peers.of("n1").reconcile(VersionVector.fromWire(FIRST.vector), new VersionVector(), 0);
    settlement.digestReceived("n1");
  };
  return { ...root, digestComes };
}

describe("the reports of members", () => {
  it("delay no announcement that waits for the digests of others", () => {
    const { settlement, sent, digestComes } = rootThatAsked();
    settlement.reportReceived("n2", FIRST);
    expect(sent("stable")).toEqual([]);
    digestComes();
    expect(sent("stable").map(({ to }) => to)).toEqual(["n1", "n2"]);
  });

  it("count anew each time: the last one replaces those before", () => {
    const { log, settlement, sent } = member("n0");
    for (const value of ["a", "b"]) log.accept(value, 0);
    settlement.reportReceived("n1", BOTH);
    settlement.reportReceived("n1", FIRST);
    settlement.reportReceived("n2", BOTH);
    expect(sent("stable").map(({ vector }) => vector)).toEqual([FIRST.vector, FIRST.vector]);
  });

  it("are awaited again from a member that has restarted, which gets time for another one", () => {
    const { clock, log, settlement, asked, sent } = member("n0");
    log.accept("a", 0);
    clock.advance(DELAY);
    settlement.reportReceived("n1", FIRST);
    settlement.peerRestarted("n1");
    settlement.reportReceived("n2", FIRST);
    expect([asked, sent("stable")]).toEqual([[], []]);
    settlement.reportReceived("n1", FIRST);
    expect([asked, sent("stable").length]).toEqual([[], 2]);
  });

  it("are complete with that of the only other member", () => {
    const { log, identity, settlement, sent } = member("n0");
    identity.membersChanged(["n0", "n1"]);
    log.accept("a", 0);
    settlement.reportReceived("n1", FIRST);
    expect(sent("stable").map(({ to }) => to)).toEqual(["n1"]);
  });

  it("are missing once a value is as old as a report may be late", () => {
    const { clock, log, settlement, asked } = member("n0");
    log.accept("a", 0);
    clock.advance(DELAY - COLLECTION);
    settlement.reportReceived("n2", FIRST);
    clock.advance(COLLECTION);
    expect(asked).toEqual(["n1"]);
  });

  it("leave once, and not after the end, however often gossip comes before", () => {
    const { clock, gossip, settlement } = member("n1");
    for (const number of [1, 2]) gossip("n2", number);
    settlement.close();
    expect(clock.nextDue()).toBeUndefined();
  });
});

describe("a member that leaves", () => {
  it("makes no member announce anything while no digests are awaited", () => {
    for (const self of ["n0", "n1"]) {
      const { clock, log, peers, settlement, transport } = member(self);
      log.accept("a", 0);
      for (const other of ["n0", "n1", "n2"]) if (other !== self) peers.of(other).confirm(log.known.ranges());
      settlement.memberLeft();
      expect([transport.sent, clock.nextDue()]).toEqual([[], undefined]);
    }
  });

  it("makes the root announce nothing once all digests have come", () => {
    const { clock, log, peers, settlement, sent, digestComes } = rootThatAsked();
    digestComes();
    clock.advance(COLLECTION);
    log.accept("b", clock.now());
    for (const other of ["n1", "n2"]) peers.of(other).confirm(log.known.ranges());
    settlement.memberLeft();
    expect([sent("stable").length, clock.nextDue()]).toEqual([2, undefined]);
  });
});
