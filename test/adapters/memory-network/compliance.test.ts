import { describe, it } from "vitest";
import { transportChecks } from "../../../src/testing/transport-compliance.js";
import { memoryHarness } from "../../support/memory-harness.js";

describe("a transport of the memory network", () => {
  for (const { name, run } of transportChecks(memoryHarness)) it(name, run);
});
