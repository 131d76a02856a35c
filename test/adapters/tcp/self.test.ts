import { describe, expect, it } from "vitest";
import { Self } from "../../../src/adapters/tcp/self.js";

describe("the introduction of a node", () => {
  it("counts its hellos, and names its life and its receiver", () => {
    const self = new Self("a", "x", false);
    expect([self.hello("b"), self.hello("c")]).toEqual([
      { from: "a", to: "b", life: "x", serial: 1 },
      { from: "a", to: "c", life: "x", serial: 2 },
    ]);
  });

  it("says where the node listens, once it does, and that it reads the compact wire", () => {
    const self = new Self("a", "x", true);
    self.listens = "h:1";
    expect(self.hello("b")).toEqual({ from: "a", to: "b", life: "x", serial: 1, listens: "h:1", compact: [1] });
  });

  it.each([
    [true, [1], true],
    [true, [3, 1], true],
    [true, [2], false],
    [true, undefined, false],
    [false, [1], false],
  ])("agrees on the compact wire only if both ends read it: %j, %j", (isCompact, compact, isShared) => {
    const hello = { from: "b", to: "a", life: "y", serial: 1, ...(compact && { compact }) };
    expect(new Self("a", "x", isCompact).sharesCompactWire(hello)).toBe(isShared);
  });
});
