import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { serveSections, settingsSections } from "../../src/workbench/commands/settings-command.js";
import { withSections } from "../../src/workbench/commands/written-sections.js";

const page = fileURLToPath(new URL("../../docs/settings.md", import.meta.url));

describe("the tables of presets and options in docs/settings.md", () => {
  it("match the schema (otherwise: npm run docs:settings)", () => {
    expect(readFileSync(page, "utf8")).toBe(withSections("--write", page, settingsSections()));
  });
});

describe("the table of settings in docs/serve.md", () => {
  it("matches the settings (otherwise: npm run docs:serve)", () => {
    const path = fileURLToPath(new URL("../../docs/serve.md", import.meta.url));
    expect(readFileSync(path, "utf8")).toBe(withSections("--write", path, serveSections()));
  });
});
