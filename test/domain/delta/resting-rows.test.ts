import { describe, expect, it, vi } from "vitest";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Peer } from "../../../src/domain/delta/peer.js";
import { RestingPeers } from "../../../src/domain/delta/resting-peers.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

/** The node `n0` with a log and the peers `n1` and `n2`. */
function node() {
  const values = new ValueLog("n0@1");
  const peers = new DeltaTracker({ values, identity: { members: ["n0", "n1", "n2"] } });
  const accept = (count: number) => {
    for (let n = 0; n < count; n++) values.accept(values.heldCount, 0);
  };
  const awake = () => [...peers.active()].map(([member]) => member);
  return { values, peers, accept, awake };
}

describe("Peers at rest", () => {
  it("stay at rest when others are put at rest", () => {
    const { peers, awake } = node();
    peers.of("n1").lastHeardAt = 1;
    peers.rest();
    peers.of("n2").lastHeardAt = 2;
    const woken = vi.spyOn(Peer, "woken");
    try {
      peers.rest();
      expect(woken).not.toHaveBeenCalled();
    } finally {
      woken.mockRestore();
    }
    expect(awake()).toEqual([]);
    expect(["n1", "n2"].map((member) => peers.peek(member).lastHeardAt)).toEqual([1, 2]);
  });

  it("are none while the members or the values of this node are unknown", () => {
    for (const peers of [new DeltaTracker(), new DeltaTracker({ values: new ValueLog("n0@1") })]) {
      peers.of("n1").lastHeardAt = 1;
      expect(peers.mayRest).toBe(false);
      peers.rest();
      expect([...peers.active()].map(([member]) => member)).toEqual(["n1"]);
    }
  });

  it("are listed, and those that were woken are not", () => {
    const members = ["n1", "n2", "n3"];
    const rows = new RestingPeers(members);
    expect([...rows.ids()]).toEqual([]);
    const resting = new Peer().atRest;
    if (resting === undefined) throw new Error("a new peer may rest");
    for (const member of members) rows.add(member, resting);
    rows.delete("n2");
    expect([...rows.ids()]).toEqual(["n1", "n3"]);
  });

  it("have the first value of this node if they had it before", () => {
    const { values, peers, accept, awake } = node();
    peers.of("n2");
    accept(1);
    peers.of("n1").confirm(values.held.ranges());
    peers.rest();
    accept(1);
    expect(awake()).toEqual([]);
    expect(peers.delta("n1", values.held)).toEqual([["n0@1", 2, 1]]);
    expect(peers.delta("n2", values.held)).toEqual([["n0@1", 1, 2]]);
  });

  it("keep the report of what they have", () => {
    const { values, peers, accept, awake } = node();
    accept(2);
    peers.of("n1").knowledge.report(values.known.copy());
    peers.rest();
    accept(1);
    expect(awake()).toEqual([]);
    expect([...peers.peek("n1").knowledge.unreported(values.known).ranges()]).toEqual([["n0@1", 3, 1]]);
  });

  it("are no peers whose assumed or reported values take more than a number", () => {
    const { peers, accept, awake } = node();
    accept(3);
    peers.of("n1").assume([["n0@1", 2, 1]]);
    peers.of("n2").knowledge.report(VersionVector.of([["n0@1", 2, 1]]));
    peers.rest();
    expect(awake()).toEqual(["n1", "n2"]);
  });
});
