import { describe, expect, it } from "vitest";
import { presetsTable, settingsTable } from "../../../src/application/settings/documentation.js";
import { presets } from "../../../src/application/settings/presets.js";
import { fields, resolveSettings, SettingsError } from "../../../src/application/settings/settings.js";

describe("resolveSettings", () => {
  it("has a default for everything", () => {
    const settings = resolveSettings();
    for (const name of Object.keys(fields)) expect(settings).toHaveProperty(name);
  });

  it("runs the proposal exactly on request", () => {
    expect(resolveSettings({ preset: "proposal" })).toMatchObject({
      preset: "proposal",
      window: 100,
      batchSize: 64,
      fanOut: 32,
      tree: "members",
      antiEntropyInterval: 500,
    });
  });

  it("prefers explicit options to the preset", () => {
    expect(resolveSettings({ preset: "proposal", window: 60, batchSize: undefined })).toMatchObject({
      window: 60,
      batchSize: 64,
    });
  });

  it.each([
    [{ window: 49 }, "--window", "50 to 100"],
    [{ window: 101 }, "--window", "50 to 100"],
    [{ window: 60.5 }, "--window", "60.5"],
    [{ window: "60" }, "--window", '"60"'],
    [{ window: Number.NaN }, "--window", "whole number"],
    [{ batchSize: 0 }, "--batch-size", "1 to 10000"],
    [{ fanOut: 1 }, "--fan-out", "2 to 1000"],
    [{ tree: "ring" }, "--tree", "members, topology"],
    [{ ack: 0 }, "--ack", "local, all, or a whole number from 1 to 1000"],
    [{ ack: "most" }, "--ack", "local, all, or a whole number from 1 to 1000"],
    [{ antiEntropyInterval: 99 }, "--anti-entropy", "100 to 60000"],
    [{ preset: "fastest" }, "--preset", "proposal"],
    [{ preset: "toString" }, "--preset", "proposal"],
    [{ windw: 60 }, "windw", "batchSize"],
  ])("rejects %j in one line with the option and its allowed values", (given, option, allowed) => {
    const attempt = () => resolveSettings(given);
    expect(attempt).toThrow(SettingsError);
    expect(attempt).toThrow(option);
    expect(attempt).toThrow(allowed);
    expect(attempt).not.toThrow("\n");
  });

  it.each(Object.keys(presets))("accepts all settings of the preset %s", (preset) => {
    expect(resolveSettings({ preset })).toMatchObject({ preset });
  });
});

describe("the documentation", () => {
  it("has a row for every setting and every preset", () => {
    expect(settingsTable().split("\n")).toHaveLength(2 + Object.keys(fields).length);
    expect(settingsTable()).toContain("| `--window` | `window` | `100` | ms | a whole number of ms from 50 to 100 |");
    expect(presetsTable().split("\n")).toHaveLength(2 + Object.keys(presets).length);
  });
});
