import { describe, expect, it } from "vitest";
import { Knowledge } from "../../../src/domain/delta/knowledge.js";
import { Peer } from "../../../src/domain/delta/peer.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

const FIRST = 5;

/** A peer that no numbered message has come from and none has left for. */
function quietPeer(): Peer {
  return new Peer(FIRST, 1, new Knowledge(new ValueLog("own@1")));
}

describe("Peer", () => {
  it("is as new when another quiet peer went through all that needs no numbered message", () => {
    const other = quietPeer();
    other.reconcile(new VersionVector(), new VersionVector(), 10);
    other.confirmStable(new VersionVector());
    other.giveUpUntil(10);
    other.nothingOwed();
    other.acknowledge(10, { isNumbered: false });
    other.markSuspect();
    other.markAlive();
    other.observeIncarnation(2);
    other.restartNumbering();
    other.endSession();

    const peer = quietPeer();
    expect(peer.lastNumber).toBe(FIRST - 1);
    expect(peer.isUnsettled).toBe(false);
    expect(peer.owed.owedSince).toBeUndefined();
    expect(peer.acknowledge(20, { isNumbered: true })).toBeUndefined();
    expect(peer.send([["own@1", 1, 1]], 20)).toEqual({ number: FIRST, base: FIRST });
  });

  it("keeps its messages and those of other peers apart", () => {
    const [peer, other] = [quietPeer(), quietPeer()];
    other.incoming.add(1, 1, 10);
    other.incoming.owedSince = 10;
    other.send([["own@1", 1, 1]], 10);

    expect(peer.incoming.isEmpty).toBe(true);
    expect(peer.owed.owedSince).toBeUndefined();
    expect(peer.isUnsettled).toBe(false);
    expect(peer.lastNumber).toBe(FIRST - 1);
    expect(other.owed.owedSince).toBe(10);
    expect(other.isUnsettled).toBe(true);
    expect(other.lastNumber).toBe(FIRST);
  });

  it("numbers its messages from 1 in a new incarnation of this node, and forgets those before", () => {
    const peer = quietPeer();
    peer.send([["own@1", 1, 1]], 10);
    peer.restartNumbering();

    expect(peer.isUnsettled).toBe(false);
    expect(peer.lastNumber).toBe(0);
    expect(peer.outgoing.unusualFirst).toBeUndefined();
    expect(peer.send([["own@2", 1, 1]], 20).number).toBe(1);
  });

  it("owes a restarted peer nothing for messages of its earlier life, and takes its number 1", () => {
    const peer = quietPeer();
    peer.incoming.add(9, 9, 10);
    peer.incoming.owedSince = 10;
    peer.incoming.awaitsAnswer(9);

    expect(peer.observeIncarnation(2)).toBe("restarted");
    expect(peer.owed).toMatchObject({ owedSince: undefined, gapSince: undefined });
    expect(peer.incoming.awaited).toBeUndefined();
    expect(peer.acknowledge(20, { isNumbered: true })).toBeUndefined();
    expect(peer.incoming.add(1, 1, 20)).toBe(true);
    expect(peer.acknowledge(50, { isNumbered: true })).toEqual({ incarnation: 2, ranges: [[1, 1]], held: 30 });
  });
});
