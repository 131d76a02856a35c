import { spawnSync } from "node:child_process";
import { accessSync, constants, copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeBinary, requestLine } from "./node-process.js";

const input =
  requestLine('"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0","n1"]', "c0") +
  requestLine('"type":"topology","msg_id":2,"topology":{"n0":["n1"]}');

/** Makes a Node program tell, as it exits, how much CPU it took, in ms: unlike a clock, hardly disturbed by a busy machine. */
const cpuMeter = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from "node:fs";
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    writeSync(2, "cpu " + (user + system) / 1000);
  });
`)}`;

/** CPU of one run, in ms. */
function cpuOf(args: readonly string[]): number {
  const { stderr } = spawnSync(process.execPath, ["--import", cpuMeter, ...args], { input, encoding: "utf8" });
  return Number(/cpu ([\d.]+)$/.exec(stderr)?.[1]);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe("dist/node.js", () => {
  it("is one self-contained executable file", () => {
    accessSync(nodeBinary, constants.X_OK);
    expect(readFileSync(nodeBinary, "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
    const elsewhere = mkdtempSync(join(tmpdir(), "tidecast-"));
    try {
      const copy = join(elsewhere, "node.mjs");
      copyFileSync(nodeBinary, copy);
      const { status, stdout, stderr } = spawnSync(copy, ["--window", "60"], {
        cwd: elsewhere,
        input,
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("topology_ok");
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it.each([{ args: [] }, { args: ["--window", "60"] }])(
    "is ready within 150 ms more CPU than an empty program: $args",
    ({ args }) => {
      const runs = Array.from({ length: 5 }, () => ({ empty: cpuOf(["-e", "0"]), node: cpuOf([nodeBinary, ...args]) }));
      const extra = median(runs.map(({ node }) => node)) - median(runs.map(({ empty }) => empty));
      expect(extra).toBeLessThan(150);
    },
  );

  it("shows help and version on stdout, and does nothing else", () => {
    const help = spawnSync(nodeBinary, ["--help"], { input, encoding: "utf8" });
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toContain("--batch-size <n>");
    const version = spawnSync(nodeBinary, ["--version"], { input, encoding: "utf8" });
    expect(version).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    { args: ["--windo", "60"], says: "--windo" },
    { args: ["--window", "20"], says: "from 50 to 100" },
    { args: ["--window"], says: "from 50 to 100" },
    { args: ["--preset", "fastest"], says: "proposal" },
    { args: ["surplus"], says: "--help" },
  ])("rejects $args with one line on stderr and exit code 2", ({ args, says }) => {
    const { status, stdout, stderr } = spawnSync(nodeBinary, args, { input, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringContaining(says)]);
  });

  it("accepts its options and serves requests", () => {
    const args = "--preset proposal --window 50 --batch-size 10 --fan-out 4 --tree topology --anti-entropy 200".split(
      " ",
    );
    const { status, stdout, stderr } = spawnSync(nodeBinary, args, { input, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")[1]).toContain("topology_ok");
  });
});
