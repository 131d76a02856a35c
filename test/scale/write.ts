/**
 * `npm run docs:scale -- [sizes …]`: simulates clusters of these sizes, and writes docs/scale.md and its chart. Earlier runs of
 * other sizes are kept in docs/scale.json.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { withSections } from "../../src/workbench/commands/written-sections.js";
import { drawChart } from "./chart.js";
import { lastInRounds, onPaper } from "./on-paper.js";
import { sectionsOf } from "./page.js";
import type { ScaleRun } from "./scale-run.js";

const PAGE = "docs/scale.md";
const CHART = "docs/pictures/scale.svg";
const RUNS = "docs/scale.json";
const MEASURE = fileURLToPath(new URL("./measure.js", import.meta.url));

const SIZES = [25, 100, 1000, 10_000];
/** `default` sends at once in larger clusters, which takes long to simulate. */
const LARGEST_DEFAULT = 100;
const ON_PAPER = [25, 100, 1000, 10_000, 100_000, 1_000_000];
/** Beyond this size only the arithmetic is of interest. */
const MOST_IN_ROUNDS = 10_000;

const given = process.argv.slice(2).map(Number);
if (given.some((size) => !Number.isInteger(size) || size < 2)) {
  console.error("error: a size is a whole number from 2; try: npm run docs:scale -- 25 100 1000");
  process.exit(2);
}
const paper = ON_PAPER.map((members) => onPaper("frugal", members));
for (const size of given.length > 0 ? given : SIZES) {
  for (const preset of ["frugal", "default"] as const) {
    if (preset === "default" && size > LARGEST_DEFAULT) continue;
    keep(await measured(preset, size));
    await write();
  }
}
console.log(`${PAGE}, ${CHART}`);

async function measured(preset: ScaleRun["preset"], members: number): Promise<ScaleRun> {
  process.stdout.write(`${preset}, ${members.toLocaleString("en-US")} nodes: `);
  const begun = performance.now();
  const child = spawn(process.execPath, ["--max-old-space-size=16000", MEASURE, preset, `${members}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the simulation of ${members} nodes exited with ${code}`);
  const run: ScaleRun = JSON.parse(Buffer.concat(chunks).toString());
  const took = ((performance.now() - begun) / 1000).toFixed(0);
  const { cpuSeconds, megabytes } = run;
  console.log(
    `${took} s, CPU ${cpuSeconds.toFixed(0)} s, ${megabytes.toFixed(0)} MB, load ${loadavg()[0]?.toFixed(1)}`,
  );
  return run;
}

function known(): ScaleRun[] {
  try {
    return JSON.parse(readFileSync(RUNS, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function keep(run: ScaleRun): void {
  const others = known().filter(({ preset, members }) => preset !== run.preset || members !== run.members);
  const runs = [...others, run].sort((a, b) => b.preset.localeCompare(a.preset) || a.members - b.members);
  writeFileSync(RUNS, `${JSON.stringify(runs, null, 2)}\n`);
}

async function write(): Promise<void> {
  const runs = known();
  const sections = sectionsOf({ runs, paper, lastInRounds: lastInRounds("default", MOST_IN_ROUNDS) });
  writeFileSync(PAGE, withSections("docs:scale", PAGE, sections));
  writeFileSync(CHART, await drawChart(runs, paper));
}
