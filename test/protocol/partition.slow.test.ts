import { describe } from "vitest";
import { partitionTests } from "./support/partition.js";

// Two points of a round.
describe.each([
  ["frugal", 7000],
  ["frugal", 7777],
  ["default", 7000],
  ["default", 7777],
] as const)("a partition, with the preset %s", (preset, begin) => partitionTests(preset, [begin]));
