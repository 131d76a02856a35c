import { expect, it } from "vitest";
import { describeUnmet } from "../../../src/domain/write-concern/write-concern.js";

it.each([
  [{ known: 3, needed: 4, missing: ["c"] }, "3 of 4 nodes confirmed it, no confirmation came from c"],
  [
    { known: 1, needed: 8, missing: ["b", "c", "d", "e", "f", "g", "h"] },
    "1 of 8 nodes confirmed it, no confirmation came from b, c, d, e, f and 2 more",
  ],
  [
    { known: 1, needed: 6, missing: ["b", "c", "d", "e", "f"] },
    "1 of 6 nodes confirmed it, no confirmation came from b, c, d, e, f",
  ],
  [{ known: 1, needed: 2, missing: [] }, "1 of 2 nodes confirmed it, the cluster has only 1 member at present"],
  [
    { known: 1, needed: 7, missing: ["b"] },
    "1 of 7 nodes confirmed it, the cluster has only 2 members at present, no confirmation came from b",
  ],
])("an unmet write concern is described with its reasons: %j", (unmet, text) => {
  expect(describeUnmet(unmet)).toBe(`${text}; the value is kept and still spreads to all nodes`);
});
