import { describe, expect, it } from "vitest";
import { JournalLives } from "./journal-lives.js";

describe("the journal on a disk that fails, loses power and is killed", () => {
  it("keeps in each life all records that were ever reported as durable or shown", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const lives = new JournalLives(seed);
      const problem = lives.run();
      if (problem !== undefined) expect.fail(`seed ${seed}: ${problem}\n${lives.lines.join("\n")}`);
    }
  });
});
