import { describe, expect, it } from "vitest";
import type { Summary } from "../../src/domain/messages.js";
import { LoneNode } from "../support/lone-node.js";

/** A leaf that says when it has caught up after its start. */
function starting(size = 5) {
  let readiness = 0;
  const lone = new LoneNode({ self: "n3", size, replica: { ready: () => readiness++ }, isStarted: false });
  return { lone, readiness: () => readiness };
}

describe("a node that catches up after its start", () => {
  it("is ready, once, with all that the first digest has shown", () => {
    const { lone, readiness } = starting();
    lone.node.start(new Map());
    const root = lone.peer("n0");
    root.digests([["n0@1", [[1, 2]]]]);
    root.gossips(["one"]);
    expect(readiness()).toBe(0);
    root.gossips(["two"]);
    expect(readiness()).toBe(1);
    root.gossips(["three"]);
    lone.peer("n1").digests([]);
    expect(readiness()).toBe(1);
  });

  it("does not wait for what other digests show", () => {
    const { lone, readiness } = starting();
    lone.node.start(new Map());
    lone.peer("n0").digests([["n0@1", [[1, 1]]]]);
    lone.peer("n1").digests([["n1@1", [[1, 1]]]]);
    lone.peer("n0").gossips(["one"]);
    expect(readiness()).toBe(1);
  });

  it("waits for every list of a summary, of which fingerprints and gaps show nothing", () => {
    const { lone, readiness } = starting();
    lone.node.start(new Map());
    const summary: Summary = {
      type: "summary",
      incarnation: 1,
      salt: 1,
      places: [null, ["n0", 1], ["n1", 1], ["n4", 1], ["n5", 1], null],
      known: [12_345, [["n0@1", [[1, 1]]]], null, [["n4@1", [[1, 1]]]], 54_321],
      reply: false,
    };
    lone.peer("n0").says(summary);
    expect(readiness()).toBe(0);
    lone.peer("n0").gossips(["of the root"]);
    expect(readiness()).toBe(0);
    lone.peer("n4").gossips(["of another leaf"]);
    expect(readiness()).toBe(1);
  });

  it("is ready at its start if it is the only member, and as soon as it becomes the only one", () => {
    let readiness = 0;
    const alone = new LoneNode({ self: "n0", size: 1, replica: { ready: () => readiness++ }, isStarted: false });
    expect(readiness).toBe(0);
    alone.node.start(new Map());
    expect(readiness).toBe(1);
    const left = starting();
    left.lone.node.start(new Map());
    left.lone.node.regroup(["n0", "n3"]);
    expect(left.readiness()).toBe(0);
    left.lone.node.regroup(["n3"]);
    expect(left.readiness()).toBe(1);
  });
});
