import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { presetsTable, settingsTable } from "../../application/settings/documentation.js";
import { flagOf, SERVE_FIELDS } from "../../serve/settings/fields.js";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes.js";
import { withSections } from "./written-sections.js";

/** `tidecast settings`, for the project's own documentation: the presets and options of the node as Markdown tables. */
export function addSettingsCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("settings", { hidden: true })
    .summary("print the presets and the options of a node as Markdown")
    .description("Prints the presets and the options of the project's node as Markdown tables, for docs/settings.md.")
    .option("--server", "the settings of `tidecast serve` instead, for docs/serve.md")
    .option("--write <file>", "write the tables into the marked sections of this file")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(({ write, server }: { write?: string; server?: true }) => {
      const sections = server ? serveSections() : settingsSections();
      if (write === undefined) console.log(Object.values(sections).join("\n\n"));
      else writeFileSync(write, withSections("--write", write, sections));
      setExitCode(EXIT_CODES.passed);
    });
}

/** The tables by their begin marks in docs/settings.md. */
export function settingsSections(): Readonly<Record<string, string>> {
  return {
    "<!-- begin: presets, written by `npm run docs:settings` -->": presetsTable(),
    "<!-- begin: settings, written by `npm run docs:settings` -->": settingsTable(),
  };
}

/** The table by its begin mark in docs/serve.md. */
export function serveSections(): Readonly<Record<string, string>> {
  const rows = SERVE_FIELDS.map((field) => {
    const option = field.isSecret ? "no option" : `\`${flagOf(field)}\``;
    return `| \`${field.path}\` | ${option} | ${field.default} | ${field.effect} |`;
  });
  const table = ["| setting | option | default | effect |", "|---|---|---|---|", ...rows].join("\n");
  return { "<!-- begin: serve settings, written by `npm run docs:serve` -->": table };
}
