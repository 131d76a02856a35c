import { describe, expect, it, vi } from "vitest";
import { INCARNATION } from "../../../src/domain/config.js";
import type { Digest, Summary } from "../../../src/domain/messages.js";
import type { WireVector } from "../../../src/domain/values/version-vector.js";
import { comparingMember, knowledgeableMember } from "../support/comparing-member.js";

const digestOf = (vector: WireVector, reply = false): Digest => ({ type: "digest", incarnation: 1, vector, reply });
const MISSING = digestOf([["n1@1", [[1, 1]]]]);

describe("a node that a digest has shown values", () => {
  it("looks for them once, however many digests show them meanwhile", () => {
    const { clock, antiEntropy, digests } = comparingMember({ longest: 600_000 });
    for (const at of [0, 100, 200]) {
      clock.advance(at - clock.now());
      antiEntropy.receive("n1", MISSING);
    }
    clock.advance(850);
    expect(digests.map(({ at }) => at)).toEqual([1_000]);
    // The answer shows them again, so the node waits twice as long.
    antiEntropy.receive("n1", MISSING);
    clock.advance(1_900);
    expect(digests.map(({ at }) => at)).toEqual([1_000]);
    clock.advance(200);
    expect(digests.map(({ at }) => at)).toEqual([1_000, 3_050]);
  });

  it("does not ask a member that has left", () => {
    const { clock, peers, antiEntropy, digests } = comparingMember({ longest: 600_000 });
    antiEntropy.receive("n1", MISSING);
    peers.memberLeft("n1", clock.now());
    clock.advance(10_000);
    expect(digests).toEqual([]);
  });

  it("leaves young values of their author to the tree, although the author's digest was written before them", () => {
    const { clock, log, antiEntropy, transport } = comparingMember();
    log.merge([["n1@1", 1, 1]], ["young"], [clock.now()]);
    antiEntropy.receive("n1", digestOf([]));
    expect(transport.sent).toEqual([]);
  });
});

describe("a node that compares", () => {
  it("looks at no other peer, which may be at rest, unless values of its earlier life are missing", () => {
    const { log, peers, antiEntropy } = comparingMember();
    const all = vi.spyOn(peers, "all");
    log.accept("a", 0);
    antiEntropy.receive("n1", digestOf([]));
    expect(all).not.toHaveBeenCalled();
  });
});

describe("a summary without any span", () => {
  const deleting = (): Summary => ({
    type: "summary",
    incarnation: 1,
    salt: 1,
    places: [],
    known: [],
    reply: false,
    gone: [["m300@1", [[1, 2]]]],
  });

  it("says what is deleted, and nothing about answers that are awaited", () => {
    const { clock, log, peers, antiEntropy } = knowledgeableMember();
    const { outgoing } = peers.of("n1");
    outgoing.track(1, [["n0@1", 1, 1]], clock.now(), { answers: [1, 1] });
    antiEntropy.summaryReceived("n1", deleting());
    expect(log.known.has("m300@1", 2)).toBe(true);
    outgoing.trustAnswers(clock.now());
    expect(outgoing.isInFlight(1)).toBe(false);
  });
});

describe("a summary whose fingerprint differs", () => {
  it("does not show what its sender has", () => {
    const { log, peers, antiEntropy } = knowledgeableMember();
    antiEntropy.summaryReceived("n1", {
      type: "summary",
      incarnation: 1,
      salt: 1,
      places: [null, ["m5", 1], null],
      known: [[], 12_345],
      reply: false,
    });
    expect(peers.of("n1").delta(log.held)).toContainEqual(["m7@1", 1, 1]);
  });
});

describe("the root", () => {
  it("compares as seldom as any other member while it suspects nobody: once a minute at most", () => {
    const { clock, log, overlay, antiEntropy, digests } = comparingMember({ longest: 120_000 });
    overlay.isRoot = true;
    log.accept("a", 0);
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    clock.advance(600_000);
    expect(digests.length).toBeGreaterThanOrEqual(5);
    expect(digests.length).toBeLessThanOrEqual(10);
  });

  it("soon ends its search for a way to suspects if it has no value that they may lack", () => {
    const { clock, overlay, antiEntropy, digests } = comparingMember({ longest: 120_000 });
    Object.assign(overlay, { isRoot: true, suspects: ["n2"] });
    antiEntropy.start();
    antiEntropy.heardFrom("n1");
    antiEntropy.inconsistencySuspected();
    clock.advance(59_000);
    expect(digests).toHaveLength(1);
  });
});

describe("a node that has caught up", () => {
  it("is not made to compare again by a senior member that speaks, if it catches up once more", () => {
    const { clock, peers, antiEntropy, digests } = comparingMember({ longest: 600_000 });
    antiEntropy.start();
    antiEntropy.heardFrom("n2");
    peers.of("n1").observeIncarnation(-60_000 * INCARNATION.perMillisecond);
    antiEntropy.heardFrom("n1");
    antiEntropy.syncAfterRestart([]);
    antiEntropy.heardFrom("n2");
    clock.advance(60_000);
    expect(digests).toEqual([]);
  });
});
