import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SweepPoint } from "../../src/workbench/commands/sweep-point.js";
import type { Ended } from "./support/run-cli.js";
import { runHere } from "./support/run-here.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runHere("sweep", ...args);

/** A point that takes next to no time. */
const BRIEF = ["--node-count", "5", "--time-limit", "1", "--seeds", "1", "--series", "rounds"];

describe("a sweep of 25 nodes", () => {
  const file = join(folder, "sweep.json");
  let output: Ended;
  let written: { settings: Record<string, unknown>; points: SweepPoint[] };
  const seriesOf = (name: string) => written.points.filter(({ series }) => series === name);

  beforeAll(async () => {
    output = await run(
      "--max",
      "300,500,1000,2000",
      "--time-limit",
      "6",
      "--seeds",
      "1",
      "--json",
      file,
      "--",
      "--guard",
      "45",
    );
    written = JSON.parse(readFileSync(file, "utf8"));
  });

  it("passes, loses nothing, and prints only the table when it is piped", () => {
    expect(output.code).toBe(0);
    expect(output.stderr).toBe("");
    expect(output.stdout).toMatch(/^25 nodes · 100 ms latency · 100 operations\/s for 6 s · virtual time · seed 1\n┌/);
    expect(written.points.every(({ lost }) => lost === 0)).toBe(true);
  });

  it("measures rounds for each budget, the proposal for its windows, and eager", () => {
    const names = written.points.map(({ series, name }) => `${series}, ${name}`).sort();
    expect(names).toEqual([
      "eager, at once",
      "proposal, window 100",
      "proposal, window 50",
      "proposal, window 75",
      "rounds, max 1000",
      "rounds, max 2000",
      "rounds, max 300",
      "rounds, max 500",
    ]);
  });

  it("sorts by the maximum latency and marks exactly the optimal rows", () => {
    const maxima = written.points.map(({ latencies }) => latencies?.max as number);
    expect(maxima).toEqual([...maxima].sort((a, b) => a - b));
    const rows = output.stdout.split("\n").filter((line) => line.startsWith("│ ") && /\d/.test(line));
    expect(rows.map((row) => row.startsWith("│ * │"))).toEqual(written.points.map(({ optimal }) => optimal));
    expect(written.points.some(({ optimal }) => optimal)).toBe(true);
  });

  it("never costs more messages for a larger budget", () => {
    const series = seriesOf("rounds")
      .filter(({ predicted }) => predicted?.sending === "rounds")
      .sort((a, b) => a.node.max - b.node.max)
      .map(({ messagesPerOperation }) => messagesPerOperation);
    expect(series).toHaveLength(3);
    expect(series).toEqual([...series].sort((a, b) => b - a));
  });

  it("costs less in rounds than the equally fast proposal", () => {
    const cheapest = Math.min(...seriesOf("proposal").map(({ messagesPerOperation }) => messagesPerOperation));
    for (const { messagesPerOperation, predicted } of seriesOf("rounds"))
      if (predicted?.sending === "rounds") expect(messagesPerOperation).toBeLessThan(cheapest);
  });

  it("writes settings, and for each point its node's settings, its runs, and the expected figures", () => {
    expect(written.settings).toMatchObject({ rate: 100, latency: 100, seeds: 1, seed: 1, processes: false });
    expect(seriesOf("rounds").find(({ node }) => node.max === 2000)).toMatchObject({
      node: { mode: "rounds", median: 2000, max: 2000 },
      predicted: { sending: "rounds", height: 1, period: 1745 },
      runs: [{ seed: 1, verdict: "passed", lost: 0 }],
    });
    expect(seriesOf("proposal")[0]?.predicted).toBeNull();
    expect(seriesOf("eager")[0]?.predicted).toMatchObject({ sending: "at once", messagesPerOperation: 12 });
  });

  it("names the budgets that leave no room for rounds", () => {
    expect(output.stdout).toContain("max 300 (at once)");
    expect(output.stdout).toContain("too small for rounds");
  });

  it("fits a terminal of 100 columns", () => {
    for (const line of output.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("the set of points", () => {
  it("is the same for the same seeds", async () => {
    const args = [...BRIEF, "--max", "700", "--latency-dist", "exponential"];
    expect(await run(...args)).toEqual(await run(...args));
  });

  it("is a range by equal factors", async () => {
    const { stdout } = await run(...BRIEF, "--max", "400..1600", "--points", "3");
    expect(stdout.match(/max \d+/g)?.sort()).toEqual(["max 1600", "max 400", "max 800"]);
  });

  it("contains each median with each maximum that is not below it", async () => {
    const { stdout } = await run(...BRIEF, "--median", "400,900", "--max", "700,1200");
    const pairs = ["median 400, max 1200", "median 400, max 700", "median 900, max 1200"];
    expect(stdout.match(/median \d+, max \d+/g)?.sort()).toEqual(pairs);
  });

  it("uses the given arguments for every node, and one seed per run", async () => {
    const json = join(folder, "arguments.json");
    await run(...BRIEF, "--max", "700", "--seeds", "2", "--seed", "5", "--json", json, "--", "--guard", "70");
    const [point] = JSON.parse(readFileSync(json, "utf8")).points;
    expect(point.node).toMatchObject({ guard: 70, max: 700 });
    expect(point.runs.map(({ seed }: { seed: number }) => seed)).toEqual([5, 6]);
  });
});

describe("the exit code", () => {
  it("is 1 when a value was lost, and the output names the setting", async () => {
    const { code, stdout } = await run(...BRIEF, "--latency", "30000");
    expect(stdout).toMatch(/FAILED: rounds, max \d+, seed 1: \d+ values were lost/);
    expect(code).toBe(1);
  });

  it("is 3 when there was nothing to judge", async () => {
    const { code, stdout } = await run(...BRIEF, "--max", "700", "--rate", "0.01", "--seed", "2");
    expect(stdout).toContain("NOT JUDGED: rounds, max 700, seed 2");
    expect(code).toBe(3);
  });

  it("is 130 after Ctrl-C", async () => {
    const ended = run(...BRIEF, "--points", "100");
    while (process.listenerCount("SIGINT") === 0) await new Promise((resolve) => setImmediate(resolve));
    process.emit("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: "interrupted\n" });
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  const mistakes: [args: string[], complaint: RegExp][] = [
    [["--max", "fast"], /^error: .*It must be a whole number, at least 1 and at most 600000\.\n$/],
    [["--max", "900..300"], /^error: .*A range needs two numbers, the smaller one first, such as 300\.\.4000\.\n$/],
    [
      ["--median", "900", "--max", "500"],
      /^error: every --median exceeds every --max: lower a median or raise a maximum\n$/,
    ],
    [["--series", "rounds,party"], /^error: .*It must be one of rounds, proposal, eager\.\n$/],
    [["--seeds", "0"], /^error: .*at least 1.*\n$/],
    [["--json", "/no/such/folder/s.json"], /^error: --json: ENOENT.*\n$/],
    [["--", "--no-such-option"], /^error: node arguments: unknown option '--no-such-option'.*\n$/],
  ];
  it.each(mistakes)("is 2 after %j, with one line that names the reason", async (args, complaint) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toMatch(complaint);
    expect(code).toBe(2);
  });
});

describe("--help", () => {
  it("names every option, the exit codes and examples", async () => {
    const { code, stdout } = await run("--help");
    const options = [
      "max",
      "median",
      "points",
      "series",
      "node-count",
      "concurrency",
      "rate",
      "latency",
      "latency-dist",
      "time-limit",
    ];
    for (const option of [...options, "seeds", "seed", "processes", "json"]) expect(stdout).toContain(`--${option}`);
    for (const part of ["Exit codes:", "130", "Examples:", "300..4000", "virtual"]) expect(stdout).toContain(part);
    expect(code).toBe(0);
  });
});
