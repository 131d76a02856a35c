import { describe, expect, it } from "vitest";
import { fitAck, fitSuspects } from "../../../src/domain/batching/riders.js";
import { jsonSize } from "../../../src/domain/values/json-value.js";

describe("what rides on a message", () => {
  it("is the newest part of an acknowledgement that fits, to the last byte", () => {
    const ranges = [
      [1, 1],
      [3, 3],
      [5, 5],
    ] as const;
    const ack = { incarnation: 4, ranges, held: 0 };
    // The newest range takes nothing of the room. A comma follows each of the others.
    const whole = 2 * (jsonSize([1, 1]) + 1);
    expect([whole, whole - 1, 0].map((room) => fitAck(ack, room).ranges)).toEqual([
      ranges,
      ranges.slice(1),
      ranges.slice(2),
    ]);
  });

  it("is the first suspects that fit, to the last byte, and says so if these are not all", () => {
    const suspects = ["n1", "n2"];
    const whole = suspects.length * (jsonSize("n1") + 1);
    expect([whole, whole - 1, 0].map((room) => fitSuspects(suspects, room))).toEqual([
      { suspects },
      { suspects: ["n1"], more: true },
      { suspects: [], more: true },
    ]);
    expect(fitSuspects(undefined, whole)).toEqual({});
  });
});
