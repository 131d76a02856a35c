import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { settingsSections } from "../../src/workbench/commands/settings-command.js";
import { withSections } from "../../src/workbench/commands/written-sections.js";

const readme = fileURLToPath(new URL("../../README.md", import.meta.url));

describe("the tables of presets and options in README.md", () => {
  it("are those of the schema (otherwise: npm run docs:settings)", () => {
    expect(readFileSync(readme, "utf8")).toBe(withSections("--write", readme, settingsSections()));
  });
});
