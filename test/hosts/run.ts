/**
 * `npm run hosts -- [scenarios …]`: five servers on five hosts, which are network namespaces, while networks, processes and clocks
 * fail. Checks that nothing acknowledged is lost, and prints a table. Exits with 1 if a promise was broken, and with 2 if it cannot run.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HostNetwork } from "./network/namespaces.js";
import { isGood, type Outcome, perform } from "./perform.js";
import { SCENARIOS } from "./scenarios.js";
import { type Build, firstBuilds, type OldBuilds, thisBuild } from "./servers/builds.js";
import { Cluster } from "./servers/cluster.js";
import { describeOutcome, tableOf } from "./table.js";
import { checkTools, ToolMissing } from "./tools.js";

const PROJECT = resolve(fileURLToPath(import.meta.url), "../../../..");
/** Set in the namespaces. */
const INSIDE = "TIDECAST_HOSTS_INSIDE";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Seed of the packets that are lost. */
    seed: { type: "string", default: "1" },
    /** Values per second at each server. */
    rate: { type: "string", default: "10" },
    /** How long a fault lasts, in s. */
    hold: { type: "string", default: "4" },
    runs: { type: "string", default: "1" },
    /** Prints JSON instead of a table. */
    json: { type: "boolean", default: false },
  },
});
const known = SCENARIOS.map(({ name }) => name);
const unknown = positionals.filter((name) => !known.includes(name));
const numbers = [options.seed, options.rate, options.hold, options.runs].map(Number);
if (unknown.length > 0 || numbers.some((number) => !(number > 0))) {
  console.error(`error: give scenarios (${known.join(", ")}; without names all run) and positive numbers`);
  process.exit(2);
}

if (process.env[INSIDE] === undefined) process.exit(enter());
process.exitCode = await run(numbers as [number, number, number, number]);

/** Runs this program again in namespaces of its own; returns its exit code. */
function enter(): number {
  try {
    checkTools();
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.error(`error: ${error.message}`);
    return 2;
  }
  const program = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const command = ["-rmn", "setpriv", "--pdeathsig", "KILL", ...program];
  const { status } = spawnSync("unshare", command, { stdio: "inherit", env: { ...process.env, [INSIDE]: "1" } });
  return status ?? 1;
}

/** Performs the scenarios; resolves to the exit code. */
async function run([seed, rate, hold, runs]: [number, number, number, number]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-hosts-"));
  const { hosts, links } = await HostNetwork.make(5, seed);
  const latest = thisBuild(PROJECT);
  let old: Promise<OldBuilds> | undefined;
  const chosen = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const outcomes: Outcome[] = [];
  let failures = 0;
  let cluster: Cluster | undefined;
  const end = async () => {
    await cluster?.kill();
    cluster = undefined;
  };
  for (let count = 1; count <= runs; count++)
    for (const scenario of chosen) {
      const { name, summary, start } = scenario;
      const series = `${name}-${count}`;
      tell(`${name}: ${summary}`);
      try {
        if (start !== undefined) await end();
        if (start?.hasOldBuilds) old ??= firstBuilds(PROJECT, folder);
        const builds = start?.hasOldBuilds ? await old : undefined;
        if (builds !== undefined) tell(`  from: ${builds.compact.name}; ${builds.json.name}`);
        const buildOf = builds === undefined ? () => latest : oldBuildOf(builds);
        cluster ??= await Cluster.start(hosts, { folder: join(folder, series), buildOf, ...start });
        const outcome = await perform(scenario, { cluster, links, latest, series, rate, hold: hold * 1000 });
        outcomes.push(outcome);
        tell(`  ${describeOutcome(outcome)}`);
        if (!isGood(outcome)) failures++;
        if (start !== undefined || !isGood(outcome)) await end();
      } catch (error) {
        failures++;
        console.error(`error: ${name}: ${(error as Error).message}`);
        await end();
      }
    }
  await end();
  await links.stop();
  console.log(options.json ? JSON.stringify(outcomes) : `\n${tableOf(outcomes)}`);
  if (failures > 0) {
    console.error(`error: ${failures} of ${runs * chosen.length} scenarios failed; journals and logs are in ${folder}`);
    return 1;
  }
  rmSync(folder, { recursive: true });
  return 0;
}

/** Servers 1 to 3 run the old build as it was, 4 and 5 the one with JSON lines alone. */
function oldBuildOf({ compact, json }: OldBuilds): (index: number) => Build {
  return (index) => (index < 3 ? compact : json);
}

/** Prints a line, unless JSON was asked for. */
function tell(line: string): void {
  if (!options.json) console.log(line);
}
