import { describe, expect, it } from "vitest";
import { nearestSegment } from "../../src/report-page/flow/nearest.js";

const across = { fromX: 0, fromY: 0, toX: 100, toY: 100 };
const below = { fromX: 0, fromY: 50, toX: 100, toY: 150 };

describe("the arrow that is pointed at", () => {
  it("is the nearest one within reach", () => {
    expect(nearestSegment([across, below], { x: 50, y: 54 }, 8)).toBe(0);
    expect(nearestSegment([across, below], { x: 50, y: 96 }, 8)).toBe(1);
    expect(nearestSegment([across, below], { x: 50, y: 75 }, 8)).toBeUndefined();
  });

  it("ends where it ends, even if it has no length", () => {
    expect(nearestSegment([across], { x: 106, y: 106 }, 8)).toBeUndefined();
    expect(nearestSegment([across], { x: 104, y: 104 }, 8)).toBe(0);
    expect(nearestSegment([{ fromX: 5, fromY: 5, toX: 5, toY: 5 }], { x: 5, y: 9 }, 8)).toBe(0);
  });
});
