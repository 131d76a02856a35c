import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import type { MemberProgram } from "../../comparison/src/cluster.ts";
import { type RaceLoad, type RaceResult, race } from "../../comparison/src/race.ts";
import { descriptions, type SystemName } from "../../comparison/src/systems/descriptions.ts";
import { cost, type Figure, medianFigures, rate, rounded } from "./figures.js";

const BASELINE: SystemName = "plain-nats";

/** Bundled for this Node. */
const BUNDLED: MemberProgram = { path: fileURLToPath(new URL("./member-process.js", import.meta.url)) };
/** gossipsub needs a newer Node, which the folder of the comparison installs for itself. */
const OF_COMPARISON: MemberProgram = {
  path: "comparison/src/member-process.ts",
  node: "comparison/node_modules/.bin/node",
};

/** What is measured, and how often. */
export interface SystemsExtent {
  readonly loads: readonly RaceLoad[];
  readonly systems: readonly SystemName[];
  readonly rounds: number;
}

type Measure = readonly [unit: string, of: (result: RaceResult) => number, form: typeof rate | typeof cost];

/** The columns of the tables, each beside plain NATS. */
const COLUMNS: Readonly<Record<string, Measure>> = {
  "burst of one": ["values/s", ({ one }) => one.rate, rate],
  "burst of one, CPU": ["µs/value", ({ one }) => one.cpu, cost],
  "burst of all": ["values/s", ({ all }) => all.rate, rate],
  "burst of all, CPU": ["µs/value", ({ all }) => all.cpu, cost],
  "steady, median": ["ms", ({ steady }) => steady.median, cost],
  "steady, 99th percentile": ["ms", ({ steady }) => steady.p99, cost],
  "steady, CPU": ["µs/value", ({ steady }) => steady.cpu, cost],
  "steady, bytes": ["bytes/value", ({ steady }) => steady.bytes, cost],
};

/** The ratios that `eager` on TCP aims for. */
const TARGETS: Readonly<Record<string, number>> = {
  "burst of one": 1,
  "burst of one, CPU": 1 / 1.5,
  "burst of all": 1,
  "burst of all, CPU": 1 / 1.5,
  "steady, median": 1,
  "steady, CPU": 1 / 1.5,
};

/**
 * Points 5 and 6 of issue 14: Tidecast and other systems under the same load, beside plain NATS. The systems take turns, so that
 * each round compares runs that follow one another. Prints a table for each load.
 */
export async function measureSystems({ loads, systems, rounds }: SystemsExtent): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const load of loads) {
    console.log(`\n${load.members} members, ${loadOf(load)}`);
    const found: Figure[] = [];
    const lost = new Map<SystemName, number>();
    for (let round = 0; round < rounds; round++) {
      const results = new Map<SystemName, RaceResult>();
      for (const system of [BASELINE, ...systems]) {
        const program = programOf(system);
        if (program === undefined) continue;
        const result = await race(system, load, program);
        results.set(system, result);
        lost.set(system, Math.max(lost.get(system) ?? 0, result.lost));
      }
      for (const [system, result] of results)
        found.push(...figuresOf(load, system, result, results.get(BASELINE) as RaceResult));
    }
    const medians = medianFigures(found);
    if (load.burst > 0) console.log(tableOf("burst", load, lost, medians));
    console.log(tableOf("steady", load, lost, medians));
    // The baseline's own ratios are 1 by definition.
    figures.push(...medians.filter(({ name }) => !name.startsWith(nameOf(load, BASELINE, ""))));
  }
  if (systems.includes("gossipsub") && programOf("gossipsub") === undefined)
    console.log("gossipsub was left out; to install it, run: npm ci --prefix comparison");
  return figures;
}

function loadOf({ burst, rate, duration }: RaceLoad): string {
  const steady = `a steady load of ${rate} values/s for ${duration / 1000} s`;
  return burst === 0 ? steady : `bursts of ${burst.toLocaleString("en-US")} values, then ${steady}`;
}

function figuresOf(load: RaceLoad, system: SystemName, result: RaceResult, baseline: RaceResult): Figure[] {
  return Object.entries(COLUMNS).flatMap(([column, [unit, of, form]]) => {
    if (load.burst === 0 && column.startsWith("burst")) return [];
    const target = system === "tidecast-eager" ? TARGETS[column] : undefined;
    const figure = form(nameOf(load, system, column), unit, of(result), of(baseline));
    return [target === undefined ? figure : { ...figure, target }];
  });
}

function nameOf({ members, rate }: RaceLoad, system: SystemName, column: string): string {
  return `${members} members, ${rate}/s, ${system}: ${column}`;
}

/** A table of the columns that begin with `part`: one row per system, whose cells have the value and the ratio to the baseline. */
function tableOf(
  part: "burst" | "steady",
  load: RaceLoad,
  lost: ReadonlyMap<SystemName, number>,
  figures: readonly Figure[],
): string {
  const columns = Object.entries(COLUMNS).filter(([column]) => column.startsWith(part));
  const table = new Table({
    head: ["", ...columns.map(([column, [unit]]) => `${column.replace("steady, ", "")}, ${unit}`), "lost"],
    colAligns: ["left", ...columns.map(() => "right" as const), "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const [system, share] of lost) {
    const cells = columns.map(([column]) => {
      const figure = figures.find(({ name }) => name === nameOf(load, system, column));
      if (figure === undefined) return "";
      const ratio = system === BASELINE ? "" : `  ${figure.ratio.toFixed(2)}${missed(figure) ? "!" : " "}`;
      return `${rounded(figure.value)}${ratio}`;
    });
    table.push([descriptions[system].name.replaceAll("`", ""), ...cells, percent(share)]);
  }
  return table.toString();
}

function missed({ ratio, target }: Figure): boolean {
  return target !== undefined && !(ratio >= target);
}

function percent(share: number): string {
  return share === 0 ? "" : `${(100 * share).toFixed(2)} %`;
}

/** The program for the members of a system; `undefined` if it is not installed. */
function programOf(system: SystemName): MemberProgram | undefined {
  if (system !== "gossipsub") return BUNDLED;
  return existsSync(OF_COMPARISON.node as string) ? OF_COMPARISON : undefined;
}
