import Table from "cli-table3";
import colors from "picocolors";
import { type ExploredScenario, FAULTS_IN_WORDS } from "../exploration/scenario.js";
import type { Search } from "../exploration/search.js";

/** A scenario, and what its search has found. */
export interface SearchRow {
  readonly scenario: ExploredScenario;
  readonly search: Search;
}

/** The searches of a preset as the command prints them: a row per scenario, and their sum. */
export function renderSearches(preset: string, rows: readonly SearchRow[]): string {
  const table = new Table({
    head: ["fault", "values given to", "states", "states left", "ends", "longest run"],
    colAligns: ["left", "left", "right", "left", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { scenario, search } of rows)
    table.push([
      FAULTS_IN_WORDS[scenario.fault],
      scenario.receivers.map((member) => `n${member}`).join(" "),
      String(search.states),
      search.failed !== undefined ? colors.red("failed") : search.isComplete ? "none" : "more",
      String(search.quiescent),
      `${search.depth} steps`,
    ]);
  const { nodes = 0, fanOut = 0 } = rows[0]?.scenario ?? {};
  return [colors.bold(`${preset} · ${nodes} nodes · fan-out ${fanOut}`), table.toString(), sumOf(preset, rows)].join(
    "\n",
  );
}

function sumOf(preset: string, rows: readonly SearchRow[]): string {
  const sum = (figure: (search: Search) => number) => rows.reduce((total, { search }) => total + figure(search), 0);
  const complete = rows.filter(({ search }) => search.isComplete).length;
  return (
    `${preset}: every promise kept in ${sum(({ states }) => states)} distinct states; in ${sum(({ quiescent }) => quiescent)} of them nothing more happens, ` +
    `and every value is everywhere; ${complete} of ${rows.length} searches have visited every state`
  );
}
