import { describe, expect, it, vi } from "vitest";
import { runCli } from "./support/run-cli.js";
import { runHere } from "./support/run-here.js";

const sim = (...args: string[]) => runHere("sim", ...args);

/** A cluster that takes next to no time. */
const BRIEF = ["--nodes", "3", "--preset", "frugal", "--no-journal", "--faults", "loss"];

describe("tidecast sim", () => {
  it("runs the requested seeds, and ends with a summary and exit code 0 if every promise was kept", async () => {
    const { code, stdout } = await sim("--seeds", "3", "--from", "7", ...BRIEF);
    expect(stdout).toMatch(/^3 seeds from 7: 0 failed · \d+ messages/m);
    expect(stdout).toMatch(
      /^members that joined: [1-9]\d* · left: \d+ · killed: \d+ · silent: \d+ · partitions: \d+ · merges/m,
    );
    expect(code).toBe(0);
  });

  it("runs clusters whose broadcasts wait for other members, and names that in the summary of one", async () => {
    const { code, stdout } = await sim("--seed", "7", "--ack", "all", ...BRIEF);
    expect(stdout).toMatch(/acknowledged by all.*\npassed: \d+ values acknowledged/);
    expect(code).toBe(0);
  });

  it.each([
    ["no-repairs", ["--preset", "eager"], /FAILED: lost at/],
    ["hasty-answers", ["--ack", "all"], /FAILED: hasty at/],
    ["double-reads", [], /FAILED: duplicate at/],
    ["chatty", [], /FAILED: (message-storm|memory) at/],
  ])(
    "finds the fault %s, if it is built into the nodes, and names it in the command that repeats it",
    async (name, args, failure) => {
      const { code, stderr } = await sim("--seed", "7", ...BRIEF, ...args, "--break", name);
      expect(stderr).toMatch(failure);
      expect(stderr).toMatch(new RegExp(`replay: .* --break ${name}$`, "m"));
      expect(code).toBe(1);
    },
  );

  it("runs clusters on simulated sockets, and counts what happened to connections", async () => {
    const { code, stdout } = await sim("--sockets", "--seeds", "2", "--from", "11");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 seeds from 11 on simulated sockets: 0 failed$/m);
    expect(stdout).toMatch(/^sockets: .*connections: \d+/m);
    const one = await sim("--sockets", "--seed", "11", "--trace");
    expect(one.stdout).toMatch(/ s {2}n0 starts on 10[.]0[.]0[.]1$/m);
    expect(one.stdout).toMatch(/^passed: /m);
  });

  it("refuses options that say nothing about clusters on simulated sockets", async () => {
    const { code, stderr } = await sim("--sockets", "--nodes", "3");
    expect(code).toBe(2);
    expect(stderr).toContain("leave out the option for nodes");
  });

  it("puts journals on simulated disks, and counts what happened to them", async () => {
    const args = [
      "--seeds",
      "3",
      "--from",
      "1",
      "--nodes",
      "2",
      "--preset",
      "frugal",
      "--journal",
      "--faults",
      "disk,crash",
    ];
    const { code, stdout } = await sim(...args);
    expect(stdout).toMatch(/^clusters on simulated disks: 3 · \S/m);
    expect(code).toBe(0);
    expect((await sim(...args, "--no-disks")).stdout).not.toContain("disks");
  });

  it("ends with a summary of the finished runs, and exit code 130, if it is interrupted", async () => {
    const before = process.listenerCount("SIGINT");
    const running = sim("--seeds", "1000000", "--from", "1", ...BRIEF);
    await vi.waitFor(() => expect(process.listenerCount("SIGINT")).toBe(before + 1), { timeout: 30_000 });
    process.emit("SIGINT");
    const { code, stdout } = await running;
    expect(stdout).toMatch(/^\d+ seeds? from 1: 0 failed/m);
    expect(code).toBe(130);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("gives the same trace for the same seed, byte for byte, in two processes", async () => {
    const [one, other] = await Promise.all([1, 2].map(() => runCli("sim", "--seed", "42", "--trace", ...BRIEF)));
    expect(one?.stdout).toMatch(/^trace: \d{3,} lines, SHA-256 [0-9a-f]{64}$/m);
    expect(other).toEqual(one);
  });

  it.each([
    ["a cluster of none", ["--nodes", "0"], "--nodes"],
    ["a seed that is no number", ["--seed", "many"], "--seed"],
    ["an acknowledgement by none", ["--ack", "0"], "--ack"],
    ["a fault that there is not", ["--faults", "flood"], "--faults"],
    ["one seed and many", ["--seed", "1", "--seeds", "5"], "leave out --seeds"],
    ["a trace of many seeds", ["--trace"], "--trace needs --seed: give the seed of the run to print"],
    ["an option that there is not", ["--sede", "1"], "--sede"],
  ])("rejects %s with exit code 2, and names the option", async (_, args, named) => {
    const { code, stderr } = await sim(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(named);
  });

  it("has help, with exit codes", async () => {
    const { code, stdout } = await sim("--help");
    expect(code).toBe(0);
    for (const part of ["--seeds <n>", "--trace", "Exit codes:", "130"]) expect(stdout).toContain(part);
  });
});
