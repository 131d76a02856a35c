import { expect, it } from "vitest";
import { ShownValues } from "./cluster/shown-values.js";

const MINUTE = 60_000;

/** A member whose first life showed two values. */
function shownTwo(): ShownValues {
  const shown = new ShownValues();
  shown.begin([], 0);
  shown.deliver("a", 1);
  shown.deliver("b", 2);
  return shown;
}

it("a value that comes twice in one life is listed twice", () => {
  const shown = shownTwo();
  shown.deliver("a", 3);
  expect([...shown.list()].sort()).toEqual(["a", "a", "b"]);
});

it("a restart shows again what its journal brings back, but does not deliver it again", () => {
  const shown = shownTwo();
  shown.begin(["a", "b"], MINUTE);
  expect(shown.list()).toEqual(["a", "b"]);
  shown.deliver("b", MINUTE + 1);
  expect(shown.list()).toEqual(["a", "b", "b"]);
});

it("a recent value that a restart lacks was taken back, even if it comes again", () => {
  const shown = shownTwo();
  shown.begin(["a"], MINUTE);
  shown.deliver("b", MINUTE + 1);
  expect([shown.takenBack, shown.list()]).toEqual([["b"], ["a", "b"]]);
});

it("a value may have been deleted after three minutes, since a restart takes it for a minute old", () => {
  const shown = shownTwo();
  shown.begin([], 3 * MINUTE);
  expect(shown.takenBack).toEqual([]);
});
