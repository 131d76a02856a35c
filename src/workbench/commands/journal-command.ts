import { statSync } from "node:fs";
import type { Command } from "commander";
import colors from "picocolors";
import { inspectJournal, type JournalInspection, journalFoldersIn } from "../../adapters/journal-file/inspection.js";
import { printable } from "../model/printable.js";
import { EXIT_CODES, UsageError } from "./exit-codes.js";

const EXIT_CODES_OF_VERIFY = `
Exit codes:
  0  every journal is sound
  1  a journal is damaged: values may be lost here
  2  wrong usage, or there is no journal in the folder`;

/** `tidecast journal verify`: checks the journals in a folder. */
export function addJournalCommand(program: Command, setExitCode: (code: number) => void): void {
  const journal = program.command("journal").summary("check journals").description("Works with the journals of nodes.");
  journal
    .command("verify")
    .summary("say what a journal holds, and what is damaged")
    .description(
      "Reads the journals in a folder, of one member or of several, and changes nothing. The members may be running. " +
        "A record that a crash has cut short is no damage: it was never acknowledged.",
    )
    .argument("<folder>", "the folder in --data-dir, in the option journal, or of one member inside it")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", EXIT_CODES_OF_VERIFY)
    .allowExcessArguments(false)
    .action((folder: string, options: { json?: true }) => {
      const found = foldersIn(folder).map((each) => inspectJournal(each));
      if (options.json) console.log(JSON.stringify(found, null, 2));
      else console.log(found.map(describe).join("\n"));
      setExitCode(found.some(({ damages }) => damages.length > 0) ? EXIT_CODES.failed : EXIT_CODES.passed);
    });
}

/** @throws {UsageError} if there is no journal */
function foldersIn(folder: string): string[] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no folder ${folder}`);
  if (!stats.isDirectory()) throw new UsageError(`${folder} is not a folder`);
  let found: string[];
  try {
    found = journalFoldersIn(folder);
  } catch (error) {
    throw new UsageError(`${folder} cannot be read: ${(error as Error).message}`);
  }
  if (found.length === 0) throw new UsageError(`there is no journal in ${folder}: no file such as 00000001.journal`);
  return found;
}

function describe(journal: JournalInspection): string {
  const { folder, member, format, segments, bytes, values, deleted, incarnation, damages, notes } = journal;
  const verdict = damages.length === 0 ? colors.green("sound") : colors.red("damaged");
  const facts = [
    `${member === undefined ? "no member" : `member ${printable(member)}`}, format ${format ?? "unknown"}, incarnation ${incarnation}`,
    `${count(values, "value")}, ${deleted} deleted, ${count(segments, "file")}, ${bytes} bytes`,
  ];
  return [
    `${folder}: ${verdict}`,
    ...facts.map((line) => `  ${line}`),
    ...damages.map((line) => `  damage: ${line}`),
    ...notes.map((line) => `  note: ${line}`),
  ].join("\n");
}

function count(number: number, word: string): string {
  return `${number} ${number === 1 ? word : `${word}s`}`;
}
