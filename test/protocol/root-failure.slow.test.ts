import { describe } from "vitest";
import { rootFailureTests } from "./support/root-failure.js";

// Further points of a round.
describe.each(["frugal", "default"] as const)("a root that dies for 6 s, with the preset %s", (preset) =>
  rootFailureTests(preset, [7261, 7502, 8111]),
);
