import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../../src/workbench/model/settings.js";
import { settingsOf } from "../../../src/workbench/report/settings-list.js";

describe("the settings that a page lists", () => {
  it("name the nodes and their arguments, if there are any", () => {
    const listed = settingsOf(DEFAULT_SETTINGS, { executable: "./my-node", args: ["--preset", "frugal"] });
    expect(listed.slice(0, 4)).toEqual([
      ["nodes", "5"],
      ["executable", "./my-node"],
      ["arguments", "--preset frugal"],
      ["rate", "5 operations/s"],
    ]);
    expect(settingsOf(DEFAULT_SETTINGS).map(([name]) => name)).not.toContain("of");
  });
});
