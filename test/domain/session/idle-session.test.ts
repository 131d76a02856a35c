import { describe, expect, it } from "vitest";
import { LoneNode } from "../../support/lone-node.js";

/** A node that has no topology yet. */
const standingBy = (self = "n3", size = 5) => new LoneNode({ self, size, isStarted: false });

describe("a node that does not take part", () => {
  it("has the first member as its root, no suspects, no backlog and no measurements", () => {
    const { node } = standingBy();
    expect(node.status()).toEqual({
      root: "n0",
      suspects: [],
      backlog: new Map(),
      roundTrips: new Map(),
      lags: new Map(),
    });
  });

  it("is its own root without members", () => {
    const { node } = standingBy();
    node.regroup([]);
    expect(node.view()).toEqual({ root: "n3", suspects: [] });
  });

  it("follows changes of the members, and sends nothing", () => {
    const lone = standingBy();
    lone.node.regroup(["n2", "n3"]);
    expect(lone.node.view().root).toBe("n2");
    lone.accept("value");
    lone.node.probe(["n2"]);
    lone.node.retentionChanged();
    lone.run(60_000);
    expect(lone.sent).toEqual([]);
  });

  it("starts with the members of that time", () => {
    const lone = standingBy();
    lone.node.regroup(["n2", "n3"]);
    lone.accept("value");
    lone.node.start(new Map());
    lone.run(2_000);
    expect(new Set(lone.sent.map(({ to }) => to))).toEqual(new Set(["n2"]));
  });
});
