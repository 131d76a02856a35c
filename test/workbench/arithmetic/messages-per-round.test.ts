import { describe, expect, it } from "vitest";
import { independentArrivals } from "../../../src/workbench/arithmetic/arrivals.js";
import { type MessagesPerRound, messagesPerRound } from "../../../src/workbench/arithmetic/messages-per-round.js";
import { balancedTree } from "../../../src/workbench/arithmetic/tree-shape.js";

/** So many broadcasts per second that no member is ever silent, and so few that two never meet. */
const MANY = 1e9;
const FEW = 1e-6;

const rounds = { period: 1000, acknowledgementDelay: 6000, roundTrip: 200, guard: 45 };

describe("the tree", () => {
  it("of 25 members is a star: 24 edges above one member each", () => {
    expect(balancedTree(25, 32)).toEqual({ size: 25, height: 1, edges: new Array(24).fill({ below: 1, level: 1 }) });
  });

  it("of 7 members with at most two children has two edges above three members, four above one", () => {
    const edges = [...new Array(2).fill({ below: 3, level: 1 }), ...new Array(4).fill({ below: 1, level: 2 })];
    expect(balancedTree(7, 2)).toEqual({ size: 7, height: 2, edges });
  });

  it("of 1000 members with at most ten children has height 3", () => {
    const { height, edges } = balancedTree(1000, 10);
    expect(height).toBe(3);
    expect(edges).toHaveLength(999);
    expect(edges.filter(({ level }) => level === 1).reduce((sum, { below }) => sum + below, 0)).toBe(999);
  });
});

describe("messages per round", () => {
  it("are two per edge under full load, for any tree", () => {
    for (const fanOut of [100, 10, 2]) {
      const { total } = messagesPerRound(balancedTree(100, fanOut), rounds, independentArrivals(MANY, 100));
      expect(total).toBeCloseTo(198, 9);
    }
  });

  it("of a star of 5 agree with a calculation by hand", () => {
    // 4 broadcasts a second and 5 members: 0.8 a member and a round of a second.
    const { upcasts, downcasts } = messagesPerRound(balancedTree(5, 4), rounds, independentArrivals(4, 5));
    expect(upcasts).toBeCloseTo(4 * (1 - Math.exp(-0.8)), 9);
    expect(downcasts).toBeCloseTo(4 * (1 - Math.exp(-4)), 9);
  });

  it("of a tree of height 2 count the values of a whole subtree for the edge above it", () => {
    const { upcasts } = messagesPerRound(balancedTree(7, 2), rounds, independentArrivals(3.5, 7));
    expect(upcasts).toBeCloseTo(2 * (1 - Math.exp(-1.5)) + 4 * (1 - Math.exp(-0.5)), 9);
  });

  it("for a single value: one edge up per hop, down all, and an acknowledgement of all others", () => {
    // So few values that each is alone: 24 of 25 come from a leaf. It hears back, and so do 23 others (or 24, of the root's).
    const perValue = scaled(messagesPerRound(balancedTree(25, 32), rounds, independentArrivals(FEW, 25)), FEW);
    expect(perValue.upcasts).toBeCloseTo(24 / 25, 4);
    expect(perValue.downcasts).toBeCloseTo(24, 4);
    expect(perValue.lateAcknowledgements).toBeCloseTo((24 / 25) * 23 + 24 / 25, 3);
  });

  it("are none without broadcasts", () => {
    expect(messagesPerRound(balancedTree(25, 32), rounds, independentArrivals(0, 25)).total).toBe(0);
  });

  it("contain fewer separate acknowledgements the longer these wait", () => {
    const late = (acknowledgementDelay: number) =>
      messagesPerRound(balancedTree(25, 32), { ...rounds, acknowledgementDelay }, independentArrivals(5, 25))
        .lateAcknowledgements;
    const series = [0, 500, 1500, 3000, 6000, 10_000].map(late);
    expect(series).toEqual([...series].sort((a, b) => b - a));
    expect(series[5]).toBeLessThan((series[0] as number) / 5);
  });
});

/** Counts a round of a second, per value. */
function scaled(counts: MessagesPerRound, values: number): MessagesPerRound {
  const { upcasts, downcasts, lateAcknowledgements, total } = counts;
  return {
    upcasts: upcasts / values,
    downcasts: downcasts / values,
    lateAcknowledgements: lateAcknowledgements / values,
    total: total / values,
  };
}
