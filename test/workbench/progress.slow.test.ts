import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeWork } from "../../src/workbench/commands/progress-bar.js";
import { runCli } from "./support/run-cli.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*m`);
const SIM = ["sim", "--seeds", "3", "--from", "1", "--nodes", "3"];
const SWEEP = "sweep --node-count 5 --time-limit 1 --seeds 1 --series rounds --max 700".split(" ");
const BENCH = "bench --node-count 2 --rate 20 --time-limit 1 --quiescence 0".split(" ");

describe("the progress bar", () => {
  it("shows the share done, the rate, and the remaining time", () => {
    const work = { done: 250, total: 1000, unit: "seeds", elapsed: 5000 };
    expect(describeWork(work)).toBe("██████░░░░░░░░░░░░░░░░░░ 250 of 1000 seeds · 50 per second · 15 s left");
    expect(describeWork({ ...work, elapsed: 500_000 })).toContain("0.5 per second · 25 min left");
  });

  it("shows no estimate before there is data for one", () => {
    const bar = "░".repeat(24);
    expect(describeWork({ done: 0, total: 7, unit: "runs", elapsed: 60_000 })).toBe(`${bar} 0 of 7 runs`);
    expect(describeWork({ done: 0, total: 7, unit: "runs", elapsed: 10 })).toBe(`${bar} 0 of 7 runs`);
  });
});

describe.concurrent("progress", () => {
  it.each([[SIM], [SWEEP], [BENCH]])("is silent when %j is piped: no text on stderr, no escape code", async (args) => {
    const { stdout, stderr } = await runCli(...args);
    expect(stderr).toBe("");
    expect(stdout).not.toBe("");
    expect(stdout).not.toContain(ESCAPE);
  });
});

describe.skipIf(!hasScript()).concurrent("progress on a terminal", () => {
  it("of sim is a bar with counts on stderr: stdout carries only the result", async () => {
    const shown = await onTerminal(SIM);
    expect(shown).toContain("2 of 3 seeds");
    expect(shown).not.toContain("3 seeds from 1");
  });

  it("is coloured if the whole output is, on a terminal", async () => {
    expect(await onTerminal(SIM, { stdout: "/dev/tty" })).toMatch(COLOUR);
  });

  it.each([
    [SWEEP, "0 of 1 runs"],
    [BENCH, "starting 2 nodes"],
  ])("of %j goes to stderr as well", async (args, text) => expect(await onTerminal(args)).toContain(text));

  it.each([[SIM], [SWEEP], [BENCH]])("of %j has no colour when NO_COLOR is set", async (args) => {
    const shown = await onTerminal(args, { stdout: "/dev/tty", NO_COLOR: "1" });
    expect(shown.length).toBeGreaterThan(10);
    expect(shown).not.toMatch(COLOUR);
  });
});

/** The output of a command on a terminal of 120 columns: stderr, and stdout if it goes there too. */
function onTerminal(
  args: readonly string[],
  { stdout = "/dev/null", ...environment }: Record<string, string> = {},
): Promise<string> {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
  const command = ["stty cols 120;", process.execPath, CLI, ...args, ">", stdout].join(" ");
  const env = { ...inherited, TERM: "xterm", ...environment };
  return text(spawn("script", ["-qec", command, "/dev/null"], { env, stdio: ["ignore", "pipe", "inherit"] }).stdout);
}

/** Is there the command of util-linux that makes a terminal? */
function hasScript(): boolean {
  return /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "");
}
