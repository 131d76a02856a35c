import { describe } from "vitest";
import { partitionTests } from "./support/partition.js";

// The points of a round that the fast tests leave out.
describe.each([
  ["frugal", 7000],
  ["frugal", 7777],
  ["default", 7000],
] as const)("a partition, with the preset %s", (preset, begin) => partitionTests(preset, [begin]));
