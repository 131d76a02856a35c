import { describe, expect, it } from "vitest";
import published from "../../../src/workbench/data/published-results.json" with { type: "json" };
import { CHALLENGES } from "../../../src/workbench/model/challenges.js";
import { bestPublished, type PublishedResult } from "../../../src/workbench/model/published-results.js";

const claim: PublishedResult = {
  who: "ada",
  source: "example.org/ada",
  language: "Ada",
  challenge: "3e",
  messagesPerOperation: 5,
  median: 500,
  max: 900,
  how: "a star",
};

describe("the best published result", () => {
  it("has the fewest messages of those within the limits", () => {
    const slow = { ...claim, who: "bob", messagesPerOperation: 1, max: 2500 };
    const chatty = { ...claim, who: "cid", messagesPerOperation: 7 };
    expect(bestPublished([slow, chatty, claim], { maxLatency: 2000 })?.author).toBe("ada");
  });

  it("is the measurement of a program, not its author's claim, with the author's source", () => {
    const measured = {
      ...claim,
      who: "ada, measured",
      source: "built and run",
      messagesPerOperation: 6,
      measured: true,
    };
    expect(bestPublished([claim, measured], {})).toMatchObject({
      author: "ada",
      program: "example.org/ada",
      messagesPerOperation: 6,
      measured: true,
    });
    const other = { ...claim, who: "bob", messagesPerOperation: 5.5 };
    expect(bestPublished([claim, measured, other], {})?.author).toBe("bob");
  });

  it("does not exist if none is within the limits; a value equal to its limit exceeds it", () => {
    expect(bestPublished([claim], { medianLatency: 500 })).toBeUndefined();
  });

  it("is teivah's for 3e and tirasundaraa's for 3d", () => {
    expect(bestPublished(published.results, CHALLENGES["3e"].limits)).toMatchObject({
      author: "teivah",
      messagesPerOperation: 1.7,
      program: expect.stringContaining("github.com/teivah"),
    });
    expect(bestPublished(published.results, CHALLENGES["3d"].limits)).toMatchObject({ author: "tirasundaraa" });
  });
});
