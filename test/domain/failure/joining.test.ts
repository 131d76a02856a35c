import { describe, expect, it } from "vitest";
import { TREE_REPAIR } from "../../../src/domain/config.js";
import { digestsSince, memberOfSeven } from "./support/seven.js";

describe("a member that joins", () => {
  const members = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

  it("gets everything from its neighbour in the tree, and is asked for its digest if it does not send it", () => {
    const lone = memberOfSeven("n3");
    lone.accept("old");
    lone.run(10_000);
    lone.peer("n1").acknowledges();
    lone.node.regroup(members(8));
    const before = lone.sent.length;
    lone.run(999);
    expect(digestsSince(lone, before)).not.toContain("n7");
    lone.run(1);
    expect(digestsSince(lone, before)).toContain("n7");
    lone.peer("n7").digests([]);
    lone.run(3_000);
    expect(lone.valuesTo("n7")).toEqual(["old"]);
  });

  it("gets at once from its neighbour the values of any member that may not be everywhere yet", () => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").gossips(["recent"]);
    lone.node.regroup(members(8));
    lone.run(3_000);
    expect(lone.valuesTo("n7")).toEqual(["recent"]);
  });

  it("gets from other members what they have recently sent to all others, where values are sent to everyone", () => {
    const lone = memberOfSeven("n6", "eager");
    lone.accept("old");
    lone.run(10_000);
    lone.accept("recent");
    lone.run(0);
    lone.node.regroup(members(8));
    lone.run(100);
    expect(lone.valuesTo("n7")).toEqual(["recent"]);
  });

  it("gets from any member that it turns to later what may not be everywhere yet", () => {
    const lone = memberOfSeven("n2");
    lone.peer("n0").gossips(["recent"]);
    lone.node.regroup(members(8));
    lone.run(0);
    lone.peer("n7").gossips([], { up: true });
    // Before its digest is requested.
    lone.run(TREE_REPAIR.childsTurn - 1);
    expect(lone.valuesTo("n7")).toEqual(["recent"]);
  });

  it("changes nothing for one that has just returned, and gets what it lacks", () => {
    const lone = memberOfSeven("n3", "eager");
    lone.accept("old");
    lone.node.probe(["n5"]);
    lone.runUntilSuspected("n5");
    lone.run(10_000);
    lone.peer("n5").says({ type: "probe", incarnation: 1, number: 1 });
    lone.node.regroup(members(8));
    const before = lone.valuesTo("n5").length;
    lone.accept("new");
    lone.run(100);
    expect(lone.valuesTo("n5").slice(before)).toEqual(["old", "new"]);
  });
});
