import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BRIEF, fixture, runBriefly, runCli, startCli } from "./support/run-cli.js";
import { runHere } from "./support/run-here.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-commands-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.concurrent("bench", () => {
  it("passes a correct node and writes its result, a history and logs", async () => {
    const [json, history, logs] = [file("r.json"), file("h.jsonl"), file("logs")];
    const outputs = ["--json", json, "--history", history, "--logs", logs, "--log-stderr"];
    const ended = await runBriefly("says-its-arguments.js", ...outputs, "--", "--speed", "5");
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("PASSED: every value reached every node, and no rule was broken.");
    expect(ended.stderr).toContain('n0 arguments ["--speed","5"]');
    expect(readFileSync(join(logs, "n2.log"), "utf8")).toContain('arguments ["--speed","5"]');

    const result = JSON.parse(readFileSync(json, "utf8"));
    expect(result).toMatchObject({ verdict: "passed", lostCount: 0, violations: [], settings: { rate: 30, seed: 1 } });
    expect(Object.keys(result.latencies)).toEqual(["0", "1", "0.5", "0.95", "0.99"]);
    expect(result.messagesPerOperation).toBeCloseTo(result.messages.servers.count / result.operations.invoked, 9);

    const checked = await runCli("check", history, "--json");
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toEqual(result);
    expect((await runCli("check", history)).stdout).toBe(ended.stdout);
  });

  const broken: [node: string, reason: RegExp][] = [
    ["drops-a-value.js", /FAILED: 1 value was lost/],
    ["strays-a-line.js", /FAILED: n\d, line \d+: printed a line that is not JSON: debug: got a value/],
    ["exits-half-way.js", /FAILED: n\d: exited with code 7: out of ideas/],
    [
      "shares-a-file.js",
      /FAILED: n\d, line \d+: sent a read_ok that shows \d+ \(given to n\d at \d\.\d{3} s\).* side channel/,
    ],
    [
      "shares-a-socket.js",
      /FAILED: n\d, line \d+: sent a read_ok that shows .* side channel.* Maelstrom would pass this run/,
    ],
    [
      "writes-floats.js",
      /FAILED: n\d, line \d+: sent a read_ok that shows \d+\.0(, .*)?, which no client has broadcast/,
    ],
    ["exits-after-its-last-read.js", /FAILED: n\d: exited with code 0.*cut short: n\d exited/],
    ["prints-rubbish.js", /FAILED: n\d, line 1: printed a line that is not JSON: Hello, world!/],
  ];
  it.each(broken)("fails %s with the reason", async (node, reason) => {
    const ended = await runBriefly(node);
    expect(ended.stdout).toMatch(reason);
    expect(ended.code).toBe(1);
  });

  it("passes nodes that use a service, and counts its messages", async () => {
    const ended = await runBriefly("uses-lin-kv.js", "--latency", "5");
    expect(ended.stdout).toMatch(/messages +(\d+) between nodes and services, .*\n.*\n {2}with services +lin-kv \1\n/);
    expect(ended.stdout).toContain("PASSED: every value reached every node, and no rule was broken.");
    expect(ended.code).toBe(0);
  });

  it("passes nodes whose messages look like noise", async () => {
    expect((await runBriefly("odd-shapes.js", "--latency", "5")).code).toBe(0);
  });

  it("fails a node that exits, whatever faults strike others", async () => {
    const faults = ["--nemesis", "kill", "--nemesis-interval", "0.5", "--victim", "n2", "--downtime", "0.1"];
    const ended = await runBriefly("exits-half-way.js", ...faults);
    expect(ended.stdout).toMatch(/FAILED: n\d: exited with code 7: out of ideas/);
    expect(ended.code).toBe(1);
  });

  it("prints the story of one value of a failed run, and the number of further ones", async () => {
    const { stdout } = await runBriefly("forgets.js");
    expect(stdout).toMatch(/^Value 0 was lost:\n {2}A client sent 0 to n\d at .*\n {2}No message carried it/m);
    const lost = Number(/FAILED: (\d+) values were lost/.exec(stdout)?.[1]);
    expect(stdout).toContain(
      `${lost - 1} more values were lost or late; --report FILE writes a page that explains ${lost <= 12 ? "all of them" : "11 of them"}\n`,
    );
  });

  it("prints no table for a cluster that did not start, but advice", async () => {
    const path = file("no-shebang.py");
    writeFileSync(path, "import sys\n", { mode: 0o755 });
    const { code, stdout } = await runCli("bench", "--bin", path, ...BRIEF);
    expect(stdout).toMatch(
      /FAILED: n\d: exited with code \d+: .*import: .*; the run was cut short: the cluster did not/,
    );
    expect(stdout).toContain(`${path} has no #! line, so /bin/sh ran it`);
    expect(stdout).not.toMatch(/messages per operation|0 broadcasts/);
    expect(code).toBe(1);
  });

  it("prints a stack trace once, with its cause first, and points to --logs", async () => {
    const path = file("crashes.mjs");
    writeFileSync(path, '#!/usr/bin/env node\nthrow new TypeError("\\x1b[2Jno such node");\n', { mode: 0o755 });
    const { stdout, stderr } = await runCli("bench", "--bin", path, ...BRIEF);
    expect(stdout).toMatch(/FAILED: n\d: exited with code 1: TypeError: no such node; the run was cut short/);
    expect(stdout).toMatch(/^ {4}TypeError: no such node\n {4}.* at .*crashes\.mjs/m);
    expect(`${stdout}${stderr}`.match(/crashes\.mjs:2/g)).toHaveLength(1);
    expect(stdout).toContain("use --logs DIR to keep everything that the nodes write to stderr");
    expect(`${stdout}${stderr}`).not.toContain("\x1b");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("leaves no process behind after %s", async (signal) => {
    const { child, ended } = startCli(
      "bench",
      "--bin",
      fixture("tells-its-pid.js"),
      "--log-stderr",
      "--node-count",
      "3",
    );
    const pids = await new Promise<number[]>((resolve) => {
      let text = "";
      child.stderr?.on("data", (chunk) => {
        text += chunk;
        const found = [...text.matchAll(/pid (\d+)/g)].map((match) => Number(match[1]));
        if (found.length === 3) resolve(found);
      });
    });
    expect(pids.every(isAlive)).toBe(true);
    child.kill(signal);
    expect((await ended).code).toBe(130);
    expect(pids.some(isAlive)).toBe(false);
  });
});

describe("wrong usage is one line and exit code 2", () => {
  const node = fixture("flood.js");
  const cases: [args: string[], complaint: RegExp][] = [
    [["bench", "--bin", "/no/such/file"], /^error: --bin: there is no file \/no\/such\/file\n$/],
    [["bench", "--bin", fixture("behaviours.js")], /^error: --bin: .*behaviours.js is not executable.*\n$/],
    [["bench", "--bin", folder], /^error: --bin: .* is not a file\n$/],
    [["bench", "--bin", "python3 x.py"], /^error: --bin: there is no file .*; .*: --bin python3 … -- x\.py\n$/],
    [["bench", "--no-such-flag"], /^error: unknown option '--no-such-flag'.*\n$/],
    [["bench", "--node-count", "0"], /^error: option '--node-count <n>' argument '0' is invalid\. It must be .*\n$/],
    [["bench", "--rate", "fast"], /^error: .*It must be a number, more than 0 and at most \d+\.\n$/],
    [["bench", "--rate", "0"], /^error: .*It must be a number, more than 0 and at most \d+\.\n$/],
    [["bench", "--challenge", "3e", "--rate", "-0"], /^error: .*It must be a number, more than 0 and at most \d+\.\n$/],
    [
      ["bench", "--rate", "0.01", "--time-limit", "5"],
      /^error: --rate 0\.01 for --time-limit 5 makes 0\.05 operations; at least 1 is needed: raise one of them\n$/,
    ],
    [["bench", "--latency-dist", "normal"], /^error: .*It must be one of constant, uniform, exponential\.\n$/],
    [["bench", "--challenge", "3f"], /^error: .*It must be one of 3a, 3b, 3c, 3d, 3e\.\n$/],
    [
      ["bench", "--nemesis", "partition,fire"],
      /^error: .*It must be one of partition, kill, pause, loss, duplicate, slow\.\n$/,
    ],
    [["bench", "--nemesis", "loss", "--loss", "1.5"], /^error: .*It must be a number, more than 0 and at most 1\.\n$/],
    [
      ["bench", "--node-count", "3", "--nemesis", "kill", "--victim", "n7"],
      /^error: --victim: there is no node n7; it must be root, random, or one of n0 … n2\n$/,
    ],
    [
      ["bench", "--nemesis", "loss", "--victim", "root"],
      /^error: --victim has no effect without the fault: add --nemesis kill or pause\n$/,
    ],
    [
      ["bench", "--nemesis", "kill", "--downtime", "-1"],
      /^error: .*It must be a number, at least 0 and at most \d+\.\n$/,
    ],
    [["bench", "--loss", "0.2"], /^error: --loss has no effect without the fault: add --nemesis loss\n$/],
    [["bench", "stray"], /^error: too many arguments.*\n$/],
    [["bench", "--bin", node, "--json", "/no/such/folder/r.json"], /^error: --json: ENOENT.*\n$/],
    [["bench", "--bin", node, "--history", "/no/such/folder/h"], /^error: --history: ENOENT.*\n$/],
    [["bench", "--ack", "3"], /^error: --ack is an option of the nodes: write it after -- at the end\n$/],
    [["sim", "--max", "500"], /^error: unknown option '--max'.*\n$/],
    [
      ["sim", "--seed", "1", "--", "--max", "500"],
      /^error: sim takes no node arguments; only bench, test and sweep do: leave out -- --max 500\n$/,
    ],
    [["check", "/no/such/file"], /^error: there is no file \/no\/such\/file\n$/],
    [["check", folder], /^error: .* is a folder; give a history file\n$/],
    [["check", node], /^error: .*flood.js, line 1: the line is not JSON\n$/],
    [["party"], /^error: unknown command 'party'.*\n$/],
  ];
  it.each(cases)("%j", async (args, complaint) => {
    const { code, stderr } = await runHere(...args);
    expect(stderr).toMatch(complaint);
    expect(code).toBe(2);
  });

  it("for the process as well", async () => {
    const { code, stdout, stderr } = await runCli("bench", "--node-count", "0");
    expect(stderr).toMatch(/^error: option '--node-count <n>' argument '0' is invalid\. It must be .*\n$/);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

it("--version shows the version", async () => {
  const { code, stdout } = await runHere("--version");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});

describe("--help", () => {
  it("of bench names every option with unit and default, the exit codes, and examples", async () => {
    const { code, stdout } = await runHere("bench", "--help");
    expect(code).toBe(0);
    const options = ["bin", "node-count", "time-limit", "rate", "latency", "latency-dist", "topology", "nemesis"];
    const others = ["nemesis-interval", "challenge", "seed", "json", "history", "log-stderr", "logs", "quiescence"];
    for (const option of [...options, ...others]) expect(stdout).toContain(`--${option}`);
    for (const part of ["Exit codes:", "130", "Examples:", "in ms", "(default: 60)"]) expect(stdout).toContain(part);
  });

  it.each(["bench", "sweep"])(
    "of %s says how to see the options of the built node, and that command shows them",
    async (name) => {
      const { stdout: help } = await runHere(name, "--help");
      expect(help.replaceAll(/\s+/g, " ")).toContain(`tidecast ${name} -- --help`);
      const { code, stdout } = await runHere(name, "--", "--help");
      expect(code).toBe(0);
      for (const option of ["--preset", "--max", "--data-dir"]) expect(stdout).toContain(option);
    },
  );

  it("of the program names every command", async () => {
    const { stdout } = await runHere("--help");
    for (const command of ["bench", "check", "calibrate"]) expect(stdout).toContain(command);
  });
});
