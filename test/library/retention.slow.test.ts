import { describe, it } from "vitest";
import { runFor } from "./support/long-run.js";

describe("a cluster that keeps only what is recent, through a simulated month", () => {
  it.each(["eager", "default"] as const)("stays small, and delivers everything (budget %s)", async (budget) => {
    await runFor(30 * 24, budget);
  });
});
