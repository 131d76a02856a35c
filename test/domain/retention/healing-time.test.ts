import { expect, it } from "vitest";
import { retainingMember } from "../support/retaining-member.js";

it("A value is kept for four minutes, however many values there may be, and is deleted within a minute then", () => {
  const { clock, log, accept } = retainingMember({ maxAge: 1_000, maxCount: 1 }, undefined, ["a"], "as built");
  accept(1);
  clock.advance(240_000);
  expect(log.values()).toEqual([1]);
  clock.advance(60_000);
  expect(log.values()).toEqual([]);
});
