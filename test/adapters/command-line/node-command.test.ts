import { describe, expect, it } from "vitest";
import { parseNodeCommand } from "../../../src/adapters/command-line/node-command.js";
import { presets } from "../../../src/application/settings/presets.js";
import { fields, resolveSettings, type SettingName } from "../../../src/application/settings/settings.js";

const parse = (...args: string[]) => parseNodeCommand(args, "1.2.3");

/** The settings that can be given; a preset may imply more. */
function pick(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, settings[name]]));
}

describe("the node's command line", () => {
  it("gives the defaults without arguments", () => {
    expect(parse()).toEqual({ kind: "run", settings: resolveSettings() });
  });

  it("reads every option", () => {
    const settings = {
      ...resolveSettings(),
      preset: "proposal",
      window: 50,
      batchSize: 7,
      fanOut: 2,
      tree: "topology",
      antiEntropyInterval: 900,
    };
    const args = Object.entries(fields).map(([name, { flag }]) => `${flag}=${settings[name as SettingName]}`);
    expect(parse(...args)).toMatchObject({ kind: "run", settings: resolveSettings(pick(settings)) });
  });

  it("shows help that names every option with its allowed values", () => {
    const help = parse("--help");
    if (help.kind !== "show") throw new Error("no help");
    const text = help.text.replaceAll(/\s+/g, " ");
    for (const { flag, allowed, effect } of Object.values(fields)) {
      expect(text).toContain(flag);
      expect(text).toContain(allowed);
      expect(text).toContain(effect);
    }
  });

  it("shows the defaults that hold without options, those of the default preset included", () => {
    const help = parse("--help");
    if (help.kind !== "show") throw new Error("no help");
    const { median, max } = presets.default.settings;
    const defaults = [...help.text.replaceAll(/\s+/g, " ").matchAll(/(--\S+) <.*?; default: ([^)]*)\)/g)];
    expect(Object.fromEntries(defaults.map(([, flag, value]) => [flag, value]))).toMatchObject({
      "--preset": "default",
      "--median": `${median}`,
      "--max": `${max}`,
      "--data-dir": "none",
    });
  });

  it("shows the version", () => {
    expect(parse("--version")).toEqual({ kind: "show", text: "1.2.3\n" });
  });

  it.each([
    [["--windo", "60"], "--windo"],
    [["--window"], "from 50 to 100"],
    [["--window", "20"], "from 50 to 100"],
    [["--window", "6e1"], "--window"],
    [["--window", "-60"], "--window"],
    [["--window", ""], "--window"],
    [["--tree", "ring"], "members, topology"],
    [["--preset", "__proto__"], "proposal"],
    [["surplus"], "--help"],
  ])("rejects %j in one line that names the allowed values", (args, part) => {
    const result = parse(...args);
    expect(result.kind).toBe("refuse");
    if (result.kind !== "refuse") return;
    expect(result.text).toContain(part);
    expect(result.text).not.toContain("\n");
  });
});
