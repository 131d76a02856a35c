/**
 * `npm run soak -- [--minutes 60] [--transport tcp|nats|both] …`: clusters of real processes under load, while processes are killed
 * and paused, networks are cut and brokers restart. Checks that nothing acknowledged is lost, and that memory, handles and latency stay
 * flat. Exits with 1 if a promise was broken or a figure grew, and with 2 if it cannot run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkNamespaces, ToolMissing } from "../hosts/tools.js";
import { natsServerProgram } from "../support/nats-server.js";
import { SIZE, type TransportName } from "./cluster/soak-cluster.js";
import { isGood, judge } from "./judge/verdict.js";
import type { OneCluster } from "./one-cluster.js";
import { describeRun } from "./report/table.js";
import type { SoakRecord } from "./soak-record.js";

const ONE_CLUSTER = fileURLToPath(new URL("./one-cluster.js", import.meta.url));
const SECOND = 1000;
const TRANSPORTS = ["tcp", "nats"] as const;

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    transport: { type: "string", default: "both" },
    /** Seed of the faults. */
    seed: { type: "string", default: "1" },
    /** Values per second at each member. */
    rate: { type: "string", default: "5" },
    /** Bytes of a value. */
    bytes: { type: "string", default: "800" },
    /** Longest fault, in s. */
    hold: { type: "string", default: "40" },
    /** Longest calm between faults, in s. */
    calm: { type: "string", default: "60" },
    /** Time between two samples, in s. */
    interval: { type: "string", default: "5" },
    /** The last member keeps every value: the judge must notice. */
    leak: { type: "boolean", default: false },
    /** Path of a file for the samples, the storms and the verdicts. */
    json: { type: "string" },
    /** Path of such a file: judges it again, without a run. */
    judge: { type: "string" },
  },
});
if (options.judge !== undefined) {
  const judged: { record: SoakRecord }[] = JSON.parse(readFileSync(options.judge, "utf8"));
  process.exit(report(judged.map(({ record }) => record)) > 0 ? 1 : 0);
}
const transports = TRANSPORTS.filter((name) => options.transport === "both" || options.transport === name);
if (transports.length === 0) fail(`--transport is ${options.transport}; give tcp, nats or both`);
const minutes = positive("minutes");
const given = {
  ...{
    seed: positive("seed"),
    rate: positive("rate"),
    bytes: positive("bytes"),
    leaks: options.leak,
    duration: minutes * 60 * SECOND,
  },
  ...{ hold: positive("hold") * SECOND, calm: positive("calm") * SECOND, interval: positive("interval") * SECOND },
};
try {
  checkNamespaces();
} catch (error) {
  if (!(error instanceof ToolMissing)) throw error;
  fail(error.message);
}
if (transports.includes("nats") && natsServerProgram === undefined)
  fail("nats-server is not in PATH; on Debian and Ubuntu: apt-get install nats-server");

const folder = mkdtempSync(join(tmpdir(), "tidecast-soak-"));
console.log(
  `${transports.join(" and ")}: ${SIZE} members each, ${minutes} min, seed ${given.seed}; logs are in ${folder}`,
);
const records = await Promise.all(transports.map(soakOne));
const failures = report(records.filter((record) => record !== undefined));
if (failures > 0 || records.includes(undefined)) {
  console.error(`error: the soak failed; journals and logs are in ${folder}`);
  process.exitCode = 1;
} else rmSync(folder, { recursive: true });

/** Soaks one cluster in namespaces of its own. */
async function soakOne(transport: TransportName): Promise<SoakRecord | undefined> {
  const own = join(folder, transport);
  mkdirSync(own);
  const path = join(folder, `${transport}.json`);
  const cluster: OneCluster = { transport, folder: own, ...given };
  const program = [process.execPath, ONE_CLUSTER, JSON.stringify(cluster), path];
  const child = spawn("unshare", ["-rmn", "setpriv", "--pdeathsig", "KILL", ...program], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code === 0) return JSON.parse(readFileSync(path, "utf8")) as SoakRecord;
  console.error(`error: the soak on ${transport} ended early`);
  return undefined;
}

/** Prints the records, and writes them; returns the number of runs that failed. */
function report(records: readonly SoakRecord[]): number {
  const judged = records.map((record) => ({ record, verdict: judge(record) }));
  for (const { record, verdict } of judged) console.log(`\n${describeRun(record, verdict)}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(judged));
  return judged.filter(({ verdict }) => !isGood(verdict)).length;
}

/** The value of an option; ends the program if it is no positive number. */
function positive(name: "minutes" | "seed" | "rate" | "bytes" | "hold" | "calm" | "interval"): number {
  const value = Number(options[name]);
  if (!(value > 0)) fail(`--${name} is ${options[name]}; give a positive number`);
  return value;
}

/** Ends the program. */
function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(2);
}
