/**
 * The list of the mutants that survive, each with the reason why no test can notice it. It is in the folder `survivors`, as JSON.
 * A mutant is named by its source line, with the change in it: `if («a < b → a <= b») return;`. So it keeps its name when lines move.
 * Of a change that spans lines, only the first line is shown: `if (isFull) «{ … → {}»`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant, Report } from "./report.js";

const FOLDER = "test/mutation/survivors";

/** Mutants that survive for the same reason, each as often as its name fits. */
export interface Reasoned {
  readonly reason: string;
  readonly mutants: readonly string[];
}

/** By source file. */
export type SurvivorList = Readonly<Record<string, readonly Reasoned[]>>;

/** All lists of the folder in one. */
export function readSurvivorList(): SurvivorList {
  const lists = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as SurvivorList);
  return Object.fromEntries(lists.flatMap((list) => Object.entries(list)));
}

/** Its name in the list. */
export function nameOf({ location: { start, end }, replacement = "" }: Mutant, source: string): string {
  const line = source.split("\n")[start.line - 1] ?? "";
  const isLong = end.line > start.line;
  const before = isLong ? `${line.slice(start.column - 1)} …` : line.slice(start.column - 1, end.column - 1);
  const change = `«${before} → ${replacement.replace(/\s+/g, " ")}»`;
  return `${line.slice(0, start.column - 1)}${change}${isLong ? "" : line.slice(end.column - 1)}`.trim();
}

/** The source line of a mutant with this name, without its indentation; `undefined` if it is no such name. */
export function lineOf(name: string): string | undefined {
  const [, start, before, end] = /^(.*?)«(.*?) → .*»(.*)$/s.exec(name) ?? [];
  return before === undefined ? undefined : `${start}${before.replace(/ …$/, "")}${end}`;
}

export interface Comparison {
  /** Mutants that survived although the list does not have them: place, kind and name. */
  readonly unlisted: readonly string[];
  /** Mutants of the list that did not survive, or that do not exist: file and name. */
  readonly obsolete: readonly string[];
}

/** Compares the files of a report with the list. */
export function compareSurvivors({ files }: Report, list: SurvivorList): Comparison {
  const [unlisted, obsolete]: [string[], string[]] = [[], []];
  for (const [file, { mutants, source }] of Object.entries(files)) {
    const expected = (list[file] ?? []).flatMap(({ mutants }) => mutants);
    for (const mutant of mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage")) {
      const { status, mutatorName, location } = mutant;
      const name = nameOf(mutant, source);
      const at = expected.indexOf(name);
      const reach = status === "NoCoverage" ? " (no test reaches it)" : "";
      if (at >= 0) expected.splice(at, 1);
      else unlisted.push(`${file}:${location.start.line}:${location.start.column} ${mutatorName}${reach}: ${name}`);
    }
    obsolete.push(...expected.map((name) => `${file}: ${name}`));
  }
  return { unlisted, obsolete };
}
