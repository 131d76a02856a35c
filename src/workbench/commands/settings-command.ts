import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { presetsTable, settingsTable } from "../../application/settings/documentation.js";
import { EXIT_CODES, EXIT_CODES_HELP } from "./exit-codes.js";
import { withSections } from "./written-sections.js";

/** `tidecast settings`, for the project's own documentation: the presets and options of the node as Markdown tables. */
export function addSettingsCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("settings", { hidden: true })
    .summary("print the presets and the options of a node as Markdown")
    .description("Prints the presets and the options of the project's node as Markdown tables, for docs/settings.md.")
    .option("--write <file>", "write the tables into the marked sections of this file")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(({ write }: { write?: string }) => {
      const sections = settingsSections();
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
