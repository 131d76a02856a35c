import { describe } from "vitest";
import { partitionTests } from "./support/partition.js";

// One point of a round; the slow tests try the others.
describe("a partition, with the preset default", () => partitionTests("default", [7777]));
