import * as v from "valibot";
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
    default: "proposal",
    effect: "settings that go together; an option that is given besides it wins",
  }),
  ...tunables,
} as const;

/** The name of a setting, as programs write it. */
export type SettingName = keyof typeof fields;

/** The options of a node, all of them, each within its range. */
export type Settings = TunableSettings & { readonly preset: PresetName };

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
  const chosen: Record<string, unknown> = { ...preset.settings, ...withoutUndefined(given) };
  const names = Object.keys(fields) as SettingName[];
  return Object.fromEntries(
    names.map((name) => [name, validated(name, chosen[name] ?? fields[name].default)]),
  ) as unknown as Settings;
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
