import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import type { Verdict } from "./judge/verdict.js";
import type { SoakRecord } from "./soak-record.js";

const run = promisify(execFile);

/** Everything that the run printed, for the message of a failure. */
let report = "";

/** Less than half a minute of short faults. Each kind of fault comes. `npm run soak` takes an hour. */
const OPTIONS = "--minutes 0.4 --hold 2 --calm 1 --interval 1 --seed 7".split(" ");

/*
 * Real processes in network namespaces. Where a tool is missing, or namespaces are not permitted, this fails, and the error says what to
 * install: see test/hosts/tools.ts.
 */
const judged = new Map<string, { readonly record: SoakRecord; readonly verdict: Verdict }>();

beforeAll(async () => {
  await run("node_modules/.bin/tsup", ["--config", "test/soak/tsup.config.ts"]);
  const folder = mkdtempSync(join(tmpdir(), "tidecast-soak-test-"));
  try {
    const path = join(folder, "soak.json");
    const program = ["node_modules/.cache/soak/run.js", ...OPTIONS, "--json", path];
    // With an exit code of 1 there are verdicts as well, unless a cluster ended early.
    const ended = await run(process.execPath, program).catch((error: { stdout: string; stderr: string }) => error);
    report = ended.stdout + ended.stderr;
    if (!existsSync(path)) throw new Error(report);
    for (const each of JSON.parse(readFileSync(path, "utf8"))) judged.set(each.record.transport, each);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each(["tcp", "nats"])("members on %s keep every promise under kills, pauses and partitions", (transport) => {
  const of = judged.get(transport);
  if (of === undefined) throw new Error(`the soak on ${transport} ended early:\n${report}`);
  const { record, verdict } = of;
  expect(verdict.broken, report).toEqual([]);
  const kinds = new Set(record.storms.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  const ofBroker = transport === "nats" ? ["broker-kill", "broker-pause"] : [];
  expect([...kinds].sort()).toEqual([...ofBroker, "kill", "partition", "pause"]);
  expect(record.lives[record.survivor]).toBe(1);
  expect(Math.max(...Object.values(record.lives))).toBeGreaterThan(1);
  expect(record.acknowledged).toBeGreaterThan(100);
  expect(new Set(record.samples.map(({ member }) => member)).size).toBe(5);
  expect(record.samples.every(({ heap, files, timers }) => heap > 1e6 && files > 0 && timers > 0)).toBe(true);
});
