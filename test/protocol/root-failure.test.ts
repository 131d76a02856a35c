import { describe } from "vitest";
import { rootFailureTests } from "./support/root-failure.js";

describe.each(["frugal", "default"] as const)("a root that dies for 6 s, with the preset %s", (preset) =>
  rootFailureTests(preset, [7000, 7777]),
);
