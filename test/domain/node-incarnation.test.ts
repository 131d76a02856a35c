import { describe, expect, it } from "vitest";
import { MEMBERSHIP, REFUTATION } from "../../src/domain/config.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import type { Journal } from "../../src/domain/ports/journal.js";
import { LoneNode, type LoneNodeOptions } from "../support/lone-node.js";

/** A leaf of a star of five, whose root is n0. */
const leaf = (more: Partial<LoneNodeOptions> = {}) => new LoneNode({ self: "n3", size: 5, ...more });

/** A member tells the node that it knows this incarnation of it. */
const knows = (lone: LoneNode, known: number) => lone.peer("n0").says({ type: "stale", incarnation: 1, known });

const renewals = (lone: LoneNode) => lone.lines.filter((line) => line.includes("continuing as")).length;

describe("a later incarnation of a node", () => {
  it.each<[string, PeerMessage]>([
    ["says so", { type: "stale", incarnation: 1, known: 7 }],
    ["answers a probe of it", { type: "probe_ok", incarnation: 1, of: 7, number: 1, held: 0 }],
  ])("begins when a member %s", (_, message) => {
    const lone = leaf();
    lone.peer("n0").says(message);
    lone.accept("value");
    lone.run(3_000);
    expect(renewals(lone)).toBe(1);
    const [first] = lone.sentOf("gossip", "n0");
    expect(first?.body.incarnation).toBeGreaterThan(7);
    expect(first?.body.dots).toEqual([[`n3@${first?.body.incarnation}`, 1, 1]]);
  });

  it("begins when an earlier incarnation of a member says so, but not with any other message of that", () => {
    const lone = leaf();
    lone.peer("n0", 2).says({ type: "probe", incarnation: 2, number: 1 });
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 1 });
    expect(renewals(lone)).toBe(0);
    knows(lone, 7);
    expect(renewals(lone)).toBe(1);
  });

  it("is written to the journal before it sends anything", () => {
    const renewed: number[] = [];
    const journal: Journal = {
      append: () => {},
      sync: (whenDurable) => whenDurable(),
      renew: (incarnation) => renewed.push(incarnation),
      close: () => {},
    };
    const lone = leaf({ journal });
    knows(lone, 7);
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 1 });
    expect(lone.sentOf("probe_ok").map(({ body }) => body.incarnation)).toEqual(renewed);
    expect(renewed).toHaveLength(1);
  });

  it("compares with its parent, and with members that have not acknowledged what it sent to everyone", () => {
    const lone = leaf();
    // With such round trips there is no room for rounds.
    const round = { round: 1, next: 500, upcastBy: 500, period: 500, roundTrip: 1_500, spread: 0 };
    lone.peer("n0").gossips([], { round });
    lone.accept("value");
    lone.run(100);
    for (const id of ["n0", "n1", "n4"]) lone.peer(id).acknowledges();
    lone.sent.length = 0;
    knows(lone, 7);
    lone.run(0);
    expect(lone.sentOf("digest").map(({ to, body }) => [to, body.verify])).toEqual([
      ["n0", true],
      ["n2", true],
    ]);
  });
});

describe("a node that waits before it takes the next incarnation", () => {
  /** A node that has just taken one, and is overtaken again. */
  function waiting(more: Partial<LoneNodeOptions> = {}) {
    const lone = leaf(more);
    knows(lone, 7);
    knows(lone, 1_000_000_000);
    expect(renewals(lone)).toBe(1);
    lone.sent.length = 0;
    return lone;
  }

  it("answers nobody until then", () => {
    const lone = waiting();
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 1 });
    lone.node.start(new Map());
    lone.run(REFUTATION.firstPause - 1);
    expect(lone.sent).toEqual([]);
    lone.run(1);
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 2 });
    expect(lone.sentOf("probe_ok", "n0").map(({ body }) => body.number)).toEqual([2]);
    lone.run(0);
    expect(lone.sentOf("digest").map(({ to }) => to)).toEqual(["n0"]);
  });

  it("does not claim to take part when a member speaks to it meanwhile", () => {
    const lone = waiting({ settings: { tree: "topology" } });
    const { length } = lone.lines;
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 1 });
    expect(lone.lines.slice(length)).toEqual([]);
  });

  it("takes none if it stops meanwhile", () => {
    const lone = waiting();
    lone.node.stop();
    lone.run(10 * REFUTATION.firstPause);
    expect(renewals(lone)).toBe(1);
    expect(lone.sent).toEqual([]);
  });
});

describe("a node that has no topology", () => {
  const standingBy = (more: Partial<LoneNodeOptions> = {}) => {
    const lone = leaf({ isStarted: false, ...more });
    lone.node.standBy();
    return lone;
  };

  it("complains neither if it comes in time, nor if the node stops before", () => {
    const [started, stopped] = [standingBy(), standingBy()];
    started.node.start(new Map());
    stopped.node.stop();
    for (const lone of [started, stopped]) {
      lone.run(MEMBERSHIP.topologyPatience);
      expect(lone.lines).toEqual([]);
    }
  });

  it("says which member has made it take part, if the tree should follow the topology", () => {
    const linesOf = (settings: NonNullable<LoneNodeOptions["settings"]>) => {
      const lone = standingBy({ settings });
      lone.peer("n1").says({ type: "probe", incarnation: 1, number: 1 });
      lone.peer("n1").says({ type: "probe", incarnation: 1, number: 2 });
      return lone.lines;
    };
    expect(linesOf({ tree: "topology" })).toEqual([expect.stringContaining("n1")]);
    expect(linesOf({ tree: "members" })).toEqual([]);
  });
});
