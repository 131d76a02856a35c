/** `npm run bench:speed`: see docs/speed.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { Command, Option } from "commander";
import { measureAccepting } from "./accepting.js";
import { type Extents, SLICE, SLICE_PARTS, WHOLE } from "./extents.js";
import { changesBetween, changesTable, type Figure, figuresTable, halved, type Run } from "./figures.js";
import { measurePeers } from "./peers.js";
import { measurePieces } from "./pieces.js";
import { measureBacklog, measureRetention } from "./retention.js";
import { measureSystems } from "./systems.js";

/** A part of the benchmark: prints its tables, and returns its figures. */
interface Part {
  readonly title: string;
  measure(extents: Extents): Promise<readonly Figure[]>;
}

const CELLS = "A cell has the value and its ratio, with ! if that misses its target.";

const PARTS: Readonly<Record<string, Part>> = {
  accept: {
    title: "Accepting: a burst of broadcasts on stdin, beside a bare loop",
    measure: async ({ accept }) => printed(await measureAccepting(accept)),
  },
  pieces: {
    title: "Small pieces of accepting, each beside the least that could do the same",
    measure: async ({ pieceTime }) => printed(await measurePieces(pieceTime)),
  },
  peers: {
    title: "Growth with the number of members, beside a smaller cluster",
    measure: async ({ peers }) => printed(await measurePeers(peers)),
  },
  wire: {
    title: `The compact wire, beside plain NATS. ${CELLS}`,
    measure: ({ wire }) => measureSystems(wire),
  },
  systems: {
    title: `Bursts and steady load, beside plain NATS. ${CELLS}`,
    measure: ({ systems }) => measureSystems(systems),
  },
  retention: {
    title: "Memory with `retain`, beside an earlier part of the same run",
    measure: async ({ retention }) => printed(measureRetention(retention)),
  },
  backlog: {
    title: "Memory while values wait for a slow member, beside an earlier part of the same run",
    measure: async ({ backlog }) => printed(measureBacklog(backlog)),
  },
};

interface Options {
  readonly slice?: true;
  readonly only?: readonly string[];
  readonly json?: string;
  readonly compare?: string;
  readonly against?: string;
}

const program = new Command("bench:speed")
  .description(
    "Measures the speed of the built node beside a baseline in the same run. Every figure is a ratio: 1 is as good as the baseline, and higher is better.",
  )
  .option("--slice", "measure a small part only, in a few minutes, as CI does")
  .addOption(new Option("--only <parts...>", "measure only these parts").choices(Object.keys(PARTS)))
  .option("--json <file>", "write the figures to a file")
  .option("--against <file>", "fail if a ratio is half of that in an earlier file, or less")
  .option("--compare <old>", "compare two files instead of measuring: --compare old.json new.json")
  .argument("[new]", "the second file of --compare")
  .showHelpAfterError();
program.parse();

const { slice, only, json, compare, against } = program.opts<Options>();
const [second] = program.args;
if (compare !== undefined) {
  if (second === undefined) program.error("--compare needs two files: --compare old.json new.json");
  console.log(changesTable(changesBetween(read(compare), read(second as string))));
} else {
  const before = against === undefined ? undefined : read(against);
  const figures: Figure[] = [];
  for (const name of only ?? (slice ? SLICE_PARTS : Object.keys(PARTS))) {
    const { title, measure } = PARTS[name] as Part;
    console.log(`\n${title}`);
    figures.push(...(await measure(slice ? SLICE : WHOLE)));
  }
  const load = loadavg()[0] as number;
  const run: Run = { node: process.version, cores: availableParallelism(), load: Number(load.toFixed(1)), figures };
  console.log(`\nNode ${run.node}, ${run.cores} cores, load average ${run.load}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(run, null, 2)}\n`);
  if (before !== undefined) judge(run, before);
}
// Members that a throw left behind end with this process.
process.exit();

function printed(figures: readonly Figure[]): readonly Figure[] {
  console.log(figuresTable(figures));
  return figures;
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
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return program.error(`error: cannot read ${file}: ${(error as Error).message}`);
  }
}
