import { describe, expect, it } from "vitest";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

const AUTHORS = 100;

/** A node with this many neighbours, which have all of its values except the latest one. */
function nodeWith(neighbours: number): { readonly log: ValueLog; readonly peers: DeltaTracker; entries: () => number } {
  const log = new ValueLog("own@1");
  const peers = new DeltaTracker({ values: log });
  const members = Array.from({ length: neighbours }, (_, index) => `p${index}`);
  for (let number = 1; number <= 10; number++)
    for (let author = 0; author < AUTHORS; author++) {
      const dots: DotRange[] = [[`n${author}@1`, number, 1]];
      log.merge(dots, [`${author}/${number}`], [0]);
      for (const member of members) {
        const peer = peers.of(member);
        const { number: message } = peer.send(dots, number);
        if (number === 10 && author === AUTHORS - 1) continue;
        peer.acknowledged({ incarnation: 1, ranges: [[message, message]], held: 0 }, number, 1000);
      }
    }
  const entries = () => members.reduce((sum, member) => sum + peers.of(member).knowledge.entryCount, 0);
  return { log, peers, entries };
}

describe("Knowledge", () => {
  it("takes a few entries per neighbour that has almost everything, not one per author", () => {
    const { peers, log, entries } = nodeWith(50);
    expect(entries()).toBeLessThanOrEqual(4 * 50);
    expect(peers.of("p7").delta(log.held)).toEqual([]);
    expect(peers.of("p7").knowledge.hasSeen(log.known)).toBe(false);
  });

  it("takes as few after a digest that lacks values in flight", () => {
    const { peers, log, entries } = nodeWith(10);
    for (let index = 0; index < 10; index++) {
      const digest = log.known.copy();
      digest.remove([`n${index}@1`, 10, 1]);
      peers.of(`p${index}`).reconcile(digest, log.acceptedAfter(Number.POSITIVE_INFINITY, []), 20);
    }
    expect(entries()).toBeLessThanOrEqual(4 * 10);
    expect(peers.of("p3").delta(log.held)).toEqual([["n3@1", 10, 1]]);
  });

  it("keeps what a neighbour has when this node learns of values that will never come", () => {
    const log = new ValueLog("own@1", () => {}, { missed: () => {} });
    const peers = new DeltaTracker({ values: log });
    log.followedBy(peers);
    for (let author = 0; author < AUTHORS; author++) log.merge([[`n${author}@1`, 2, 1]], [author], [0]);
    const peer = peers.of("p0");
    peer.reconcile(log.known.copy(), log.acceptedAfter(0, []), 1);
    const gone = log.known.copy();
    for (let author = 0; author < AUTHORS; author++) gone.add([`n${author}@1`, 1, 1]);
    log.compactTo(gone);
    expect(peer.knowledge.hasSeen(log.known)).toBe(false);
    peer.confirm([["n5@1", 1, 1]]);
    gone.remove(["n5@1", 1, 1]);
    expect(peer.delta(log.known)).toHaveLength(AUTHORS - 1);
    expect(peer.delta(log.held)).toEqual([]);
  });
});
