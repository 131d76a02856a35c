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
    effect: "named group of settings; explicit options override it",
  }),
  ...tunables,
  ...durability,
} as const;

/** The name of a setting in programs. */
export type SettingName = keyof typeof fields;

/** All options of a node, validated. */
export type Settings = TunableSettings &
  DurabilitySettings & { readonly preset: PresetName; readonly mode: Preset["mode"] };

/** A setting has an invalid value. The message is one line with the option, the value and the allowed values. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingsError";
  }
}

/**
 * Returns the complete settings: explicit options first, then the preset, then the defaults.
 * @param given any of the settings, not yet validated
 * @throws {SettingsError} for the first unknown or invalid setting
 */
export function resolveSettings(given: Readonly<Record<string, unknown>> = {}): Settings {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(fields, name))
      throw new SettingsError(`unknown setting ${name}; the settings are ${Object.keys(fields).join(", ")}`);
    if (value !== undefined) validated(name as SettingName, value);
  }
  const preset: Preset = presets[validated("preset", given.preset ?? fields.preset.default) as PresetName];
  const chosen: Record<string, unknown> = { ...preset.settings, ...completeBudget(withoutUndefined(given)) };
  const names = Object.keys(fields) as SettingName[];
  const settings = Object.fromEntries(
    names.map((name) => [name, validated(name, chosen[name] ?? fields[name].default)]),
  );
  if (Number(settings.median) > Number(settings.max))
    throw new SettingsError(
      `--median ${settings.median} exceeds --max ${settings.max}; the median must not be larger than the maximum`,
    );
  return { ...settings, mode: preset.mode } as Settings;
}

/** The value of a setting without any option, as help and documentation show it. It may come from the default preset. */
export function describeDefault(name: SettingName): string {
  const value = resolveSettings()[name];
  return value === "" ? "none" : `${value}`;
}

/** Completes a budget with one value: the other follows from it, not from a preset made for another budget. */
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
  throw new SettingsError(`invalid value ${JSON.stringify(value)} for ${flag}; allowed: ${allowed}`);
}

function withoutUndefined(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
