import { presets } from "./presets.js";
import { describeDefault, fields, type SettingName } from "./settings.js";

/** The options of a node as a Markdown table, for the docs. */
export function settingsTable(): string {
  const rows = Object.entries(fields).map(([name, field]) => [
    `\`${field.flag}\``,
    `\`${name}\``,
    `\`${describeDefault(name as SettingName)}\``,
    field.unit,
    field.allowed,
    field.effect,
  ]);
  return table(["option", "setting", "default", "unit", "allowed values", "effect"], rows);
}

/** The presets as a Markdown table, with purpose and settings. */
export function presetsTable(): string {
  const rows = Object.entries(presets).map(([name, preset]) => [
    `\`${name}\``,
    preset.description,
    Object.entries(preset.settings)
      .map(([setting, value]) => {
        const { flag, unit } = fields[setting as SettingName];
        return `\`${flag}\` ${value}${unit === "" ? "" : ` ${unit}`}`;
      })
      .join(", "),
  ]);
  return table(["preset", "purpose", "settings"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
