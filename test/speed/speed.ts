/** `npm run bench:speed`: see docs/speed.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { type Extent, measureAccepting } from "./accepting.js";
import { changesBetween, changesTable, figuresTable, halved, type Run } from "./figures.js";
import { measurePieces } from "./pieces.js";

const WHOLE: Extent = { lines: 100_000, members: [25, 1000], rounds: 3 };
const SLICE: Extent = { lines: 20_000, members: [25], rounds: 3 };
/** How long each small piece is measured, in ms. */
const PIECE_TIME = { whole: 1000, slice: 300 };

interface Options {
  readonly slice?: true;
  readonly json?: string;
  readonly compare?: string;
  readonly against?: string;
}

const program = new Command("bench:speed")
  .description(
    "Measures the speed of the built node beside a baseline in the same run. Every figure is a ratio: 1 is as good as the baseline, and higher is better.",
  )
  .option("--slice", "measure a small part only, in well under a minute, as CI does")
  .option("--json <file>", "write the figures to a file")
  .option("--against <file>", "fail if a ratio is half of that in an earlier file, or less")
  .option("--compare <old>", "compare two files instead of measuring: --compare old.json new.json")
  .argument("[new]", "the second file of --compare")
  .showHelpAfterError();
program.parse();

const { slice, json, compare, against } = program.opts<Options>();
const [second] = program.args;
if (compare !== undefined) {
  if (second === undefined) program.error("--compare needs two files: --compare old.json new.json");
  console.log(changesTable(changesBetween(read(compare), read(second as string))));
} else {
  const run: Run = {
    node: process.version,
    cores: availableParallelism(),
    figures: [
      ...(await measureAccepting(slice ? SLICE : WHOLE)),
      ...(await measurePieces(slice ? PIECE_TIME.slice : PIECE_TIME.whole)),
    ],
  };
  console.log(figuresTable(run));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(run, null, 2)}\n`);
  if (against !== undefined) judge(run, read(against));
}

function judge(run: Run, before: Run): void {
  const changes = changesBetween(before, run);
  const worse = halved(changes);
  console.log(`${changes.length - worse.length} of ${changes.length} ratios are more than half of those before`);
  for (const { name, before: was, now } of worse)
    console.error(`${name}: the ratio is ${now.toFixed(2)}, and was ${was.toFixed(2)}; profile with node --cpu-prof`);
  if (worse.length > 0 || changes.length === 0) process.exitCode = 1;
}

function read(file: string): Run {
  return JSON.parse(readFileSync(file, "utf8"));
}
