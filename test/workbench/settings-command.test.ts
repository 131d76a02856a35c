import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { settingsSections } from "../../src/workbench/commands/settings-command.js";
import { withSections } from "../../src/workbench/commands/written-sections.js";

const page = fileURLToPath(new URL("../../docs/settings.md", import.meta.url));

describe("the tables of presets and options in docs/settings.md", () => {
  it("match the schema (otherwise: npm run docs:settings)", () => {
    expect(readFileSync(page, "utf8")).toBe(withSections("--write", page, settingsSections()));
  });
});
