import { describe, expect, it, vi } from "vitest";
import { TREE_REPAIR } from "../../../src/domain/config.js";
import { Overlay } from "../../../src/domain/tree/overlay.js";
import { LoneNode } from "../../support/lone-node.js";
import { digestsSince, memberOfSeven } from "./support/seven.js";

describe("a suspect where values are sent to everyone", () => {
  /** A member in eager mode that suspects `n5`, since all others have acknowledged its value. */
  function suspecting(self: string) {
    const lone = memberOfSeven(self, "eager");
    const others = Array.from({ length: 7 }, (_, index) => `n${index}`).filter((id) => id !== self && id !== "n5");
    lone.accept("value");
    for (let passed = 0; !lone.node.status().suspects.includes("n5"); passed += 50) {
      if (passed > 20_000) throw new Error("n5 is not suspected");
      lone.run(50);
      for (const id of others) lone.peer(id).acknowledges();
    }
    return { lone, before: lone.sent.length };
  }

  it("is named to its closest live ancestor, which may still reach it, and to nobody else", () => {
    const { lone, before } = suspecting("n3");
    lone.run(100);
    expect(digestsSince(lone, before)).toEqual(["n2"]);
    expect(lone.sentOf("digest", "n2").at(-1)?.body).toMatchObject({ verify: true, suspects: ["n5"] });
  });

  it("is named to nobody by that ancestor itself, nor by a node that has stopped meanwhile", () => {
    const above = suspecting("n2");
    above.lone.run(100);
    expect(digestsSince(above.lone, above.before)).toEqual([]);
    const stopped = suspecting("n3");
    stopped.lone.node.stop();
    stopped.lone.run(100);
    expect(digestsSince(stopped.lone, stopped.before)).toEqual([]);
  });

  it("is asked for its digest when it speaks again", () => {
    const { lone } = suspecting("n3");
    lone.run(1_000);
    const before = lone.sent.length;
    lone.peer("n5").gossips(["back"]);
    lone.run(0);
    expect(digestsSince(lone, before)).toEqual(["n5"]);
    expect(lone.lines.at(-1)).toBe("n5 is reachable again");
  });

  /** Digests of `n2`, the parent of `n5`, after `n3` has reported a suspect twice. */
  function requested(suspect: string, isDirect: boolean) {
    const lone = memberOfSeven("n2");
    lone.run(100);
    const reporter = lone.peer("n3");
    reporter.gossips(["value"], isDirect ? { direct: true } : {});
    const before = lone.sent.length;
    for (let report = 0; report < 2; report++) reporter.digests([["n3@1", [[1, 1]]]], { suspects: [suspect] });
    lone.run(999);
    const early = digestsSince(lone, before);
    lone.run(1);
    return { early, late: digestsSince(lone, before) };
  }

  it("is taken over by the ancestor that reaches it, which asks for its digest once", () => {
    expect(requested("n5", true)).toEqual({ early: [], late: ["n5"] });
  });

  it("is not taken over by other members, nor if its reporter sends its values along the tree", () => {
    expect(requested("n4", true).late).toEqual([]);
    expect(requested("n5", false).late).toEqual([]);
  });
});

describe("a member that remembers an earlier life of the node", () => {
  const remembers = (lone: LoneNode, id: string) =>
    lone.peer(id).says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 0, ranges: [[1, 4]], held: 0 } });

  it("is asked at once, and again for such a message only after 1 s", () => {
    const lone = memberOfSeven("n3");
    remembers(lone, "n1");
    lone.run(0);
    expect(digestsSince(lone, 0)).toEqual(["n1"]);
    lone.peer("n1").digests([]);
    lone.run(TREE_REPAIR.amnesiaPause - 1);
    remembers(lone, "n1");
    lone.run(0);
    expect(digestsSince(lone, 0)).toEqual(["n1"]);
    lone.run(1);
    remembers(lone, "n1");
    lone.run(0);
    expect(digestsSince(lone, 0)).toEqual(["n1", "n1"]);
  });

  it("is not asked any more once it has asked the node: then both know", () => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").digests([], { verify: true });
    const before = lone.sent.length;
    remembers(lone, "n1");
    lone.run(100);
    expect(digestsSince(lone, before)).toEqual([]);
  });

  it("makes the node compare with all its neighbours some time later, once, except with those that have asked it", () => {
    const lone = memberOfSeven("n1");
    lone.peer("n0").digests([], { verify: true });
    const before = lone.sent.length;
    remembers(lone, "n3");
    lone.run(0);
    lone.peer("n3").digests([]);
    lone.run(999);
    expect(digestsSince(lone, before)).toEqual(["n3"]);
    lone.run(1);
    expect(digestsSince(lone, before)).toEqual(["n3", "n4"]);
    lone.peer("n4").digests([]);
    lone.run(1_000);
    remembers(lone, "n3");
    lone.run(0);
    lone.peer("n3").digests([]);
    lone.run(2_000);
    expect(digestsSince(lone, before)).toEqual(["n3", "n4", "n3"]);
  });

  it("makes the node compare also if it says so in its digest", () => {
    const lone = memberOfSeven("n1");
    lone.peer("n5").digests([], { reborn: true });
    lone.run(1_000);
    expect(digestsSince(lone, 0)).toEqual(["n0", "n3", "n4"]);
  });
});

describe("a member that has restarted", () => {
  it("is not asked for its digest if it compares itself", () => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").gossips(["before"]);
    const before = lone.sent.length;
    lone.peer("n1", 2).digests([["n1@1", [[1, 1]]]], { verify: true });
    lone.run(100);
    expect(lone.sent.slice(before).map(({ body }) => [body.type, "verify" in body])).toEqual([["digest", false]]);
  });

  it("gets nothing again before it has said what it has: it may have kept its values", () => {
    const lone = memberOfSeven("n0");
    lone.accept("value");
    lone.run(1_500);
    for (const child of ["n1", "n2"]) lone.peer(child).acknowledges();
    const before = lone.sent.length;
    lone.peer("n1", 2).says({ type: "probe", incarnation: 2, number: 1 });
    lone.run(1_500);
    expect(digestsSince(lone, before)).toContain("n1");
    expect(lone.valuesTo("n1")).toEqual(["value"]);
  });

  it("gets again what is not old enough to be everywhere, but not what is", () => {
    const resent = (age: number) => {
      const lone = memberOfSeven("n1");
      const child = lone.peer("n3");
      lone.accept("value");
      lone.run(1_500);
      child.acknowledges();
      lone.run(age - 1_500);
      const before = lone.valuesTo("n3").length;
      lone.peer("n3", 2).gossips([]);
      lone.run(1_500);
      return lone.valuesTo("n3").slice(before);
    };
    // Values are settled after twice the maximum and half a second.
    expect(resent(3_000)).toContain("value");
    expect(resent(6_000)).toEqual([]);
  });
});

describe("a node that is cut off from everyone above it", () => {
  it("looks for other parts of the cluster at once", () => {
    const lone = memberOfSeven("n1");
    lone.accept("up");
    lone.runUntilSuspected("n0");
    const before = lone.sent.length;
    lone.run(600);
    const periodic = lone.sent.slice(before).filter(({ body }) => body.type === "digest" && body.verify !== true);
    expect(periodic.length).toBeGreaterThan(0);
  });

  it("is not cut off as long as it has another parent", () => {
    const lone = memberOfSeven("n3");
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.run(600);
    expect(lone.sentOf("digest").filter(({ body }) => body.verify !== true)).toEqual([]);
  });

  it("compares with a member above its parent that speaks again, neighbour or not", () => {
    const lone = memberOfSeven("n3");
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.runUntilSuspected("n0");
    lone.peer("n1").gossips(["back"]);
    lone.run(100);
    const before = lone.sent.length;
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 1 });
    lone.run(0);
    expect(digestsSince(lone, before)).toContain("n0");
    expect(lone.lines.at(-1)).toBe("n0 is reachable again");
  });

  it("tries the next parents, ever more at a time", () => {
    // n1 is its parent. Next come the siblings of that, n2 to n6, and its own, n7 and n8.
    const lone = new LoneNode({ self: "n9", size: 40, settings: { fanOut: 6 } });
    lone.accept("up");
    lone.runUntilSuspected("n1");
    const probed = () => lone.sentOf("probe").map(({ to }) => to);
    // The new parent has a moment to answer the request for its digest.
    expect(probed()).toEqual([]);
    lone.runUntilSuspected("n0");
    expect(probed().sort()).toEqual(["n0", "n2", "n3", "n4", "n5"]);
  });

  it("takes one step, however many of those that it tried fall silent in the same moment", () => {
    // n1 is its parent. Next come n0, and the members with the same parent as n1 or as itself: more than 21 in all.
    const lone = new LoneNode({ self: "n40", size: 400, settings: { fanOut: 20 } });
    lone.accept("up");
    lone.runUntilSuspected("n2");
    lone.run(10);
    const tried = new Set(lone.sentOf("probe").map(({ to }) => to));
    expect(tried.size).toBe(1 + 4 + 16);
  });

  it("does not try them after it has stopped", () => {
    const lone = memberOfSeven("n3");
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.node.stop();
    lone.run(5_000);
    expect(lone.sentOf("probe")).toEqual([]);
  });

  it("does not probe further ones when the next parent answers", () => {
    const lone = memberOfSeven("n3");
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.peer("n0").digests([]);
    lone.run(1_000);
    expect(lone.sentOf("probe")).toEqual([]);
  });
});

describe("a child that does not answer", () => {
  it("makes the node look for no other parent", () => {
    const lone = memberOfSeven("n1");
    lone.accept("down");
    for (let passed = 0; !lone.node.status().suspects.includes("n3"); passed += 50) {
      if (passed > 20_000) throw new Error("n3 is not suspected");
      lone.run(50);
      for (const id of ["n0", "n4"]) if (lone.sentOf("gossip", id).length > 0) lone.peer(id).acknowledges();
    }
    lone.run(400);
    expect(lone.sentOf("probe", "n0")).toEqual([]);
    expect(lone.lines).toEqual(["n3 is unreachable"]);
    lone.peer("n3").gossips([], { up: true });
    expect(lone.lines.at(-1)).toBe("n3 is reachable again");
  });
});

describe("a member that takes the node for its parent since it does not reach its own", () => {
  it("is believed after one probe of the parent that they had in common", () => {
    const lone = memberOfSeven("n1");
    lone.run(1_000);
    lone.peer("n5").gossips([], { up: true });
    lone.run(300);
    expect(lone.node.status().suspects).toEqual(["n0"]);
  });
});

describe("many members that fall silent together", () => {
  it("cost a node work in proportion to their number, not to its square", () => {
    const lone = new LoneNode({ self: "n1", size: 200, settings: { fanOut: 4 } });
    const silent = Array.from({ length: 99 }, (_, index) => `n${index + 2}`);
    const looks = vi.spyOn(Overlay.prototype, "closestLiveAncestor");
    lone.node.probe(silent);
    lone.run(1_000);
    const count = looks.mock.calls.length;
    looks.mockRestore();
    expect(lone.node.status().suspects).toEqual(silent);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(10 * silent.length);
  });
});
