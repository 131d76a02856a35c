import { describe, expect, it } from "vitest";
import { ANTI_ENTROPY } from "../../src/domain/config.js";
import type { Gossip } from "../../src/domain/messages.js";
import { LoneNode } from "../support/lone-node.js";

/** Seven members with two children each: n1 and n2 below n0, n3 and n4 below n1, n5 and n6 below n2. */
const memberOfSeven = (self: string, mode: "rounds" | "eager" = "rounds") =>
  new LoneNode({ self, size: 7, settings: { fanOut: 2, mode } });

const ROUND = { round: 1, next: 500, upcastBy: 500, period: 600 };

describe("gossip of a member that has left", () => {
  /** A leaf of a star of five, which `n4` has left. */
  function left(self: string) {
    const lone = new LoneNode({ self, size: 5 });
    const peer = lone.peer("n4");
    peer.gossips(["before"]);
    lone.run(3_000);
    lone.node.regroup(["n0", "n1", "n2", "n3"]);
    lone.run(1_000);
    lone.sent.length = 0;
    return { lone, peer };
  }

  it("still counts, and is passed on, but is not answered", () => {
    const { lone, peer } = left("n0");
    peer.gossips(["last"], { ask: true });
    lone.run(3_000);
    expect(lone.node.values()).toEqual(["before", "last"]);
    for (const id of ["n1", "n2", "n3"]) expect(lone.valuesTo(id)).toContain("last");
    expect(lone.sent.filter(({ to }) => to === "n4")).toEqual([]);
  });

  it("causes no message if it is not new, and neither does another message of that member", () => {
    const { lone, peer } = left("n3");
    peer.gossips([], { values: ["before"], dots: [["n4@1", 1, 1]], ages: [0] });
    peer.says({ type: "probe", incarnation: 1, number: 1 });
    lone.run(3_000);
    expect(lone.sentOf("gossip")).toEqual([]);
    expect(lone.sentOf("probe_ok")).toEqual([]);
  });

  it("does not put off the comparison that follows the last new value, if it is not new", () => {
    /** The members that a leaf compares with, and when, if the member sends this in the middle of the silence. */
    const compares = (last: Partial<Gossip> | undefined) => {
      const lone = new LoneNode({ self: "n3", size: 5 });
      const peer = lone.peer("n4");
      peer.gossips(["before"]);
      lone.run(1);
      lone.peer("n0").acknowledges();
      lone.node.regroup(["n0", "n1", "n2", "n3"]);
      lone.run(ANTI_ENTROPY.quietTime / 2);
      if (last !== undefined) peer.gossips([], last);
      lone.run(ANTI_ENTROPY.quietTime);
      return lone.sentOf("digest").map(({ at, to }) => ({ at, to }));
    };
    const repeated = compares({ values: ["before"], dots: [["n4@1", 1, 1]], ages: [0] });
    expect(repeated).toContainEqual({ at: ANTI_ENTROPY.quietTime, to: "n1" });
    expect(repeated).toEqual(compares(undefined));
  });
});

describe("the number of the first message of a member", () => {
  const digestsAfter = (more: Partial<Gossip>) => {
    const lone = memberOfSeven("n3");
    lone.peer("n6").gossips(["value"], more);
    lone.run(10);
    return lone.sentOf("digest", "n6").length;
  };

  it("shows that messages went to an earlier life of the node, unless the member says that it starts with it", () => {
    expect(digestsAfter({ number: 1 })).toBe(0);
    expect(digestsAfter({ number: 5 })).toBe(1);
    expect(digestsAfter({ number: 5, first: 5 })).toBe(0);
    expect(digestsAfter({ number: 6, first: 5 })).toBe(1);
  });
});

describe("an acknowledgement of a parent's message", () => {
  /** Number of acknowledgements within 10 s. */
  const acknowledgements = (more: Partial<Gossip>, isAfterGap = false) => {
    const lone = memberOfSeven("n3");
    const parent = lone.peer("n1");
    parent.gossips([], { number: 1 });
    lone.run(10_000);
    lone.sent.length = 0;
    parent.gossips(["value"], { number: isAfterGap ? 3 : 2, ...more });
    lone.run(10_000);
    return lone.sent.filter(({ to, body }) => to === "n1" && "ack" in body && body.ack !== undefined).length;
  };

  it("is sent, unless the message answers the node's own: a lost answer is requested again", () => {
    expect(acknowledgements({})).toBe(1);
    expect(acknowledgements({ answer: true })).toBe(0);
  });

  it("is sent all the same if the parent asks for it, or has to learn that a message was lost", () => {
    expect(acknowledgements({ answer: true, ask: true })).toBe(1);
    expect(acknowledgements({ answer: true }, true)).toBe(1);
  });
});

describe("a member that has sent its values to everyone", () => {
  /** Whether this node takes over a suspect of `n3`, after messages with these parts. */
  function takesOver(...parts: Partial<Gossip>[]) {
    const lone = memberOfSeven("n2");
    const reporter = lone.peer("n3");
    for (const part of parts) reporter.gossips(["value"], part);
    reporter.digests([["n3@1", [[1, parts.length]]]], { suspects: ["n5"] });
    lone.run(1_000);
    return lone.sentOf("digest", "n5").length > 0;
  }

  it("is taken for one that does so until it plans an upcast", () => {
    const plan = { round: 1, early: 10 };
    expect(takesOver({ direct: true })).toBe(true);
    expect(takesOver({ direct: true }, {})).toBe(true);
    expect(takesOver({ direct: true }, { plan })).toBe(false);
    expect(takesOver({})).toBe(false);
  });

  it("has its values assumed at all others, which are not sent them", () => {
    const lone = memberOfSeven("n2");
    const peer = lone.peer("n3");
    peer.gossips(["direct"], { direct: true });
    peer.gossips(["not direct"]);
    lone.run(3_000);
    expect(new Set(lone.valuesTo("n5"))).toEqual(new Set(["not direct"]));
    expect(new Set(lone.valuesTo("n0"))).toEqual(new Set(["not direct"]));
  });
});

describe("an acknowledgement that speaks of another life of the node", () => {
  const acknowledges = (incarnation: number) => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").says({ type: "gossip_ok", incarnation: 1, ack: { incarnation, ranges: [[1, 1]], held: 0 } });
    lone.run(10);
    return lone;
  };

  it("makes it continue with a later one if the member knows a later one", () => {
    expect(acknowledges(7).lines.join()).toContain("n1 ignores incarnation 1 of this node");
  });

  it("makes it compare if the member knows an earlier one, and do nothing otherwise", () => {
    expect(acknowledges(0).sentOf("digest", "n1")).toHaveLength(1);
    expect(acknowledges(1).sentOf("digest")).toEqual([]);
    expect(acknowledges(1).lines).toEqual([]);
  });
});

describe("the replies of a member about a client's value", () => {
  /** A leaf whose client waits for all of three members. */
  function waiting() {
    const lone = new LoneNode({ self: "n1", size: 3, settings: { mode: "eager" } });
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(unmet), { nodes: "all", timeout: 60_000 });
    lone.run(100);
    const confirmed = (by: string) => [{ by: [by], vector: [["n1@1", [[1, 1]]]] as const }];
    return { lone, answers, confirmed };
  }

  it("count with gossip as well as without", () => {
    const { lone, answers, confirmed } = waiting();
    lone.peer("n0").gossips(["other"], { confirmed: confirmed("n0") });
    expect(answers).toEqual([]);
    lone.peer("n2").says({
      type: "gossip_ok",
      incarnation: 1,
      ack: { incarnation: 1, ranges: [], held: 0 },
      confirmed: confirmed("n2"),
    });
    expect(answers).toEqual([undefined]);
  });

  it("are given to a member that asks", () => {
    const lone = new LoneNode({ self: "n1", size: 3, settings: { mode: "eager" } });
    lone.peer("n0").gossips(["value"], { confirm: { count: 1, within: 0, vector: [["n0@1", [[1, 1]]]] } });
    lone.run(100);
    const replies = lone.sent.flatMap(({ to, body }) => (to === "n0" && "confirmed" in body ? [body.confirmed] : []));
    expect(replies).toEqual([[{ by: ["n1"], vector: [["n0@1", [[1, 1]]]] }]]);
  });
});

describe("a message without values", () => {
  /** What the node in the middle has passed on to its child right after the message of its parent. */
  const passedOn = (more: object) => {
    const lone = memberOfSeven("n1");
    const parent = lone.peer("n0");
    parent.gossips(["first"], { round: ROUND });
    lone.run(0);
    lone.peer("n4").gossips(["of a child"], { up: true });
    lone.sent.length = 0;
    parent.says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 1, ranges: [], held: 0 }, ...more });
    lone.run(0);
    return lone.valuesTo("n3");
  };

  it("is a downcast, after which a node passes on what it has, unless it is a reply between rounds", () => {
    const confirmed = [{ by: ["n0"], vector: [["n1@1", [[1, 1]]]] }];
    expect(passedOn({ round: { ...ROUND, round: 2 } })).toEqual(["of a child"]);
    expect(passedOn({ round: { ...ROUND, round: 2 }, confirmed })).toEqual(["of a child"]);
    expect(passedOn({ confirmed })).toEqual([]);
  });
});
