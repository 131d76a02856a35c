import { describe, expect, it } from "vitest";
import { FAILURE_DETECTOR, TREE_REPAIR } from "../../../src/domain/config.js";
import type { LoneNode } from "../../support/lone-node.js";
import { memberOfSeven } from "./support/seven.js";

/** A client has the members probed, and none of them answers. */
function failedProbes(lone: LoneNode, ...members: readonly string[]) {
  lone.node.probe(members);
  for (const member of members) lone.runUntilSuspected(member);
}

describe("suspects where values are sent to everyone", () => {
  it("are named together if they fall silent at about the same time", () => {
    const lone = memberOfSeven("n3", "eager");
    lone.node.probe(["n5"]);
    lone.run(TREE_REPAIR.delegationDelay / 2);
    failedProbes(lone, "n6");
    expect(lone.node.status().suspects).toEqual(["n5", "n6"]);
    const before = lone.sent.length;
    lone.run(FAILURE_DETECTOR.retries.first / 100);
    const digests = lone.sent.slice(before).filter(({ body }) => body.type === "digest");
    expect(digests.map(({ to, body }) => [to, "suspects" in body && body.suspects])).toEqual([["n2", ["n5", "n6"]]]);
  });

  it("are named again once another one falls silent later", () => {
    const lone = memberOfSeven("n3", "eager");
    failedProbes(lone, "n5");
    lone.run(TREE_REPAIR.delegationDelay);
    lone.peer("n2").digests([]);
    failedProbes(lone, "n6");
    lone.run(TREE_REPAIR.delegationDelay);
    expect(lone.sentOf("digest", "n2").map(({ body }) => body.suspects)).toEqual([["n5"], ["n5", "n6"]]);
  });
});

describe("a suspect where values are sent to everyone", () => {
  it("gets nothing again while it is silent: its digest will show what it lacks", () => {
    const lone = memberOfSeven("n3", "eager");
    lone.accept("value");
    failedProbes(lone, "n5");
    lone.run(10_000);
    expect(lone.valuesTo("n5")).toEqual(["value"]);
  });
});

describe("a suspect where values travel along the tree", () => {
  it("is named to nobody if it is no neighbour", () => {
    const lone = memberOfSeven("n3");
    failedProbes(lone, "n5");
    lone.run(2 * TREE_REPAIR.delegationDelay);
    expect(lone.sentOf("digest")).toEqual([]);
    expect(lone.lines).toEqual(["n5 is unreachable"]);
  });

  it("does not make the node above it look for another parent", () => {
    const lone = memberOfSeven("n1");
    failedProbes(lone, "n3");
    lone.run(3 * FAILURE_DETECTOR.hearsayAge);
    expect(lone.sentOf("probe").filter(({ to }) => to !== "n3")).toEqual([]);
  });
});
