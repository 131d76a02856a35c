import { describe, expect, it } from "vitest";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Knowledge } from "../../../src/domain/delta/knowledge.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { DotSpans } from "../../../src/domain/values/dot-spans.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

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

describe("The report of a peer", () => {
  const all = VersionVector.of([["a@1", 1, 9]]);
  const unreported = (knowledge: Knowledge) => [...knowledge.unreported(all).ranges()];

  it("replaces the one before, unless it is a part", () => {
    const knowledge = new Knowledge();
    expect(unreported(knowledge)).toEqual([["a@1", 1, 9]]);
    knowledge.report(VersionVector.of([["a@1", 1, 3]]), true);
    knowledge.report(VersionVector.of([["a@1", 4, 2]]), true);
    expect(unreported(knowledge)).toEqual([["a@1", 6, 4]]);
    knowledge.report(VersionVector.of([["a@1", 1, 1]]));
    expect(unreported(knowledge)).toEqual([["a@1", 2, 8]]);
    knowledge.dropReport();
    expect(unreported(knowledge)).toEqual([["a@1", 1, 9]]);
  });

  it("counts in addition to what the peer has for certain, and shows nothing about what it lacks", () => {
    const knowledge = new Knowledge();
    knowledge.confirm([["a@1", 1, 2]]);
    knowledge.report(VersionVector.of([["a@1", 5, 5]]));
    expect(unreported(knowledge)).toEqual([["a@1", 3, 2]]);
    expect(knowledge.delta(all)).toEqual([["a@1", 3, 7]]);
  });

  it("is forgotten when the peer loses everything", () => {
    const knowledge = new Knowledge();
    knowledge.confirm([["a@1", 1, 2]]);
    knowledge.assume([["a@1", 3, 1]]);
    knowledge.report(all);
    knowledge.clear();
    expect(unreported(knowledge)).toEqual([["a@1", 1, 9]]);
    expect(knowledge.delta(all)).toEqual([["a@1", 1, 9]]);
  });

  it("may exceed what this node knows, and so may what the peer has for certain", () => {
    const log = new ValueLog("own@1");
    log.accept("value", 0);
    const exceeds = (act: (knowledge: Knowledge) => void) => {
      const knowledge = new Knowledge(log);
      act(knowledge);
      return knowledge.exceedsOwn;
    };
    expect(exceeds(() => {})).toBe(false);
    expect(exceeds((knowledge) => knowledge.report(VersionVector.of([["own@1", 1, 1]])))).toBe(false);
    expect(exceeds((knowledge) => knowledge.report(VersionVector.of([["a@1", 1, 1]])))).toBe(true);
    expect(exceeds((knowledge) => knowledge.confirm([["own@1", 1, 1]]))).toBe(false);
    expect(exceeds((knowledge) => knowledge.confirm([["a@1", 1, 1]]))).toBe(true);
  });

  it("follows this node's values like the rest of the knowledge", () => {
    const log = new ValueLog("own@1", () => {}, { missed: () => {} });
    const peers = new DeltaTracker({ values: log });
    log.followedBy(peers);
    const { knowledge } = peers.of("p");
    for (let author = 0; author < AUTHORS; author++) log.merge([[`n${author}@1`, 2, 1]], [author], [0]);
    knowledge.report(log.known.copy());
    log.compactTo(VersionVector.of([["n0@1", 1, 1]]));
    expect([...knowledge.unreported(log.known).ranges()]).toEqual([["n0@1", 1, 1]]);
    knowledge.dropReport();
    expect(knowledge.unreported(log.known).actorCount).toBe(AUTHORS);
  });
});

it("The knowledge takes an entry per author in each of its sets", () => {
  const knowledge = new Knowledge();
  knowledge.confirm([["a@1", 1, 1]]);
  knowledge.assume([["b@1", 1, 1]]);
  // Each of them counts once more among the values that need not be sent.
  expect(knowledge.entryCount).toBe(4);
  knowledge.report(VersionVector.of([["c@1", 1, 1]]));
  expect(knowledge.entryCount).toBe(5);
});

describe("The values that need not be sent", () => {
  const entriesAfter = (act: (knowledge: Knowledge) => void) => {
    const knowledge = new Knowledge();
    knowledge.confirm([["a@1", 1, 1]]);
    act(knowledge);
    return knowledge.entryCount;
  };

  it("take no entries of their own if nothing is in flight or assumed", () => {
    expect(entriesAfter((knowledge) => knowledge.cover([]))).toBe(1);
    expect(entriesAfter((knowledge) => knowledge.recount([]))).toBe(1);
  });

  it("take none any more once nothing is assumed after all", () => {
    const entries = entriesAfter((knowledge) => {
      knowledge.assume([["b@1", 1, 1]]);
      knowledge.retractAssumed([["b@1", 1, 1]]);
      knowledge.recount([]);
    });
    expect(entries).toBe(1);
  });

  it("include all values of this node if all of them are assumed", () => {
    const log = new ValueLog("own@1");
    const knowledge = new Knowledge(log);
    knowledge.assume([]);
    log.accept("value", 0);
    knowledge.assume(log.known.ranges());
    knowledge.recount([]);
    expect(knowledge.delta(log.known)).toEqual([]);
    expect(knowledge.hasSeen(log.known)).toBe(false);
  });
});

it("A peer keeps what it alone has when this node learns that the value will not come here", () => {
  const log = new ValueLog("own@1", () => {}, { missed: () => {} });
  const knowledge = new Knowledge(log);
  log.followedBy(knowledge);
  const gone = VersionVector.of([["a@1", 1, 1]]);
  knowledge.confirm(gone.ranges());
  log.compactTo(gone);
  expect(knowledge.hasSeen(gone)).toBe(true);
});

describe("A digest about some spans", () => {
  it("replaces what was known there, and leaves the rest as it was, certain or assumed", () => {
    const knowledge = new Knowledge();
    const all = VersionVector.of([
      ["a@1", 1, 4],
      ["b@1", 1, 4],
    ]);
    knowledge.confirm([
      ["a@1", 1, 1],
      ["b@1", 1, 1],
    ]);
    knowledge.assume([
      ["a@1", 2, 1],
      ["b@1", 2, 1],
    ]);
    const scope = new DotSpans([[["b@1", 1], null]]);
    knowledge.replace(VersionVector.of([["b@1", 3, 1]]), new VersionVector(), scope);
    knowledge.recount([["b@1", 4, 1]]);
    expect(knowledge.delta(all)).toEqual([
      ["a@1", 3, 2],
      ["b@1", 1, 2],
    ]);
    expect(knowledge.hasSeen(VersionVector.of([["a@1", 1, 1]]))).toBe(true);
    expect(knowledge.hasSeen(VersionVector.of([["a@1", 2, 1]]))).toBe(false);
    expect([...knowledge.lacking(all).ranges()]).toEqual([
      ["a@1", 3, 2],
      ["b@1", 1, 2],
      ["b@1", 4, 1],
    ]);
  });

  it("keeps young values that the peer has or was assumed to have, since they may have come after it", () => {
    const knowledge = new Knowledge();
    const all = VersionVector.of([["a@1", 1, 4]]);
    knowledge.confirm([["a@1", 1, 1]]);
    knowledge.assume([["a@1", 2, 1]]);
    knowledge.confirm([["a@1", 4, 1]]);
    knowledge.replace(new VersionVector(), VersionVector.of([["a@1", 1, 3]]), new DotSpans([[null, null]]));
    knowledge.recount([]);
    expect(knowledge.delta(all)).toEqual([["a@1", 3, 2]]);
  });
});

it("The knowledge of a peer survives a change of arrival numbers, also of values that came since it was last used", () => {
  const log = new ValueLog("own@1");
  const peers = new DeltaTracker({ values: log });
  log.followedBy(peers);
  const peer = peers.of("p");
  const values = (count: number) => Array.from({ length: count }, (_, index) => `${log.known.max("a@1")}/${index}`);
  log.merge([["a@1", 1, 3_000]], values(3_000), [0]);
  peer.confirm([["a@1", 2_999, 1]]);
  log.merge([["a@1", 3_001, 50]], values(50), [0]);
  log.compact([["a@1", 1, 2_900]]);
  log.merge([["a@1", 3_051, 1]], values(1), [0]);
  expect(peer.delta(log.held)).toEqual([
    ["a@1", 2_901, 98],
    ["a@1", 3_000, 52],
  ]);
});
