import * as v from "valibot";
import { type DurabilitySettings, durability } from "./durability.js";
import { choice } from "./fields.js";
import { type Preset, type PresetName, presets } from "./presets.js";
import { type TunableSettings, tunables } from "./tunables.js";

/**
 * Every option of a node: the one schema that the command line, its help, validation and documentation come from. A new
 * option is a new entry in `tunables`.
 */
export const fields = {
  preset: choice({
    flag: "--preset",
    placeholder: "name",
    words: Object.keys(presets) as PresetName[],
    default: "default",
    effect: "settings that go together; an option that is given besides it wins",
  }),
  ...tunables,
  ...durability,
} as const;

/** The name of a setting, as programs write it. */
export type SettingName = keyof typeof fields;

/** The options of a node, all of them, each within its range. */
export type Settings = TunableSettings &
  DurabilitySettings & { readonly preset: PresetName; readonly mode: Preset["mode"] };

/** A setting has an impossible value. The message is one line: which option, what was given, and what is allowed. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

/**
 * The settings that follow from what the user gave, the preset and the defaults, in this order.
 * @param given any of the settings, not yet validated
 * @throws {SettingsError} for the first that is unknown or has an impossible value
 */
export function resolveSettings(given: Readonly<Record<string, unknown>> = {}): Settings {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(fields, name))
      throw new SettingsError(`there is no setting ${name}; the settings are ${Object.keys(fields).join(", ")}`);
  const preset: Preset = presets[validated("preset", given.preset ?? fields.preset.default) as PresetName];
  const chosen: Record<string, unknown> = { ...preset.settings, ...completeBudget(withoutUndefined(given)) };
  const names = Object.keys(fields) as SettingName[];
  const settings = Object.fromEntries(
    names.map((name) => [name, validated(name, chosen[name] ?? fields[name].default)]),
  );
  if (Number(settings.median) > Number(settings.max))
    throw new SettingsError(`--median ${settings.median} cannot be more than --max ${settings.max}`);
  return { ...settings, mode: preset.mode } as Settings;
}

/** Half a budget is one all the same: what is not said follows from what is, not from a preset made for another budget. */
function completeBudget(given: Record<string, unknown>): Record<string, unknown> {
  const { median, max } = given;
  if (median === undefined && max !== undefined) return { ...given, median: max };
  if (max === undefined && typeof median === "number") return { ...given, max: 2 * median };
  return given;
}

function validated(name: SettingName, value: unknown): string | number {
  const { schema, flag, allowed } = fields[name];
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new SettingsError(`${flag} cannot be ${JSON.stringify(value)}: it takes ${allowed}`);
}

function withoutUndefined(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
