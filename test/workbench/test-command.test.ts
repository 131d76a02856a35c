import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../src/workbench/model/history.js";
import { DEFAULT_SETTINGS } from "../../src/workbench/model/settings.js";
import { flood } from "../fixtures/nodes/behaviours.js";
import { fixture, runCli } from "./support/run-cli.js";
import { runHere } from "./support/run-here.js";
import { runVirtually } from "./support/virtual-bench.js";

// Not every seed broadcasts a value in so short a time. This one does.
const SHORT = ["--time-limit", "1", "--rate", "10", "--quiescence", "1", "--seed", "1"];

it("runs a command that was written for Maelstrom, and lists the ignored options in one line", async () => {
  const bin = ["-w", "broadcast", "--bin", fixture("says-its-arguments.js")];
  const pasted = ["--node-count", "3", "--concurrency", "2n", "--log-stderr", "--topology", "tree4", "--latency", "10"];
  const more = ["--latency-dist", "uniform", "--nemesis", "partition", "--nemesis-interval", "60"];
  const ignored = ["--availability", "total", "--key-count", "3", "--log-net-send", "--no-ssh"];
  const ended = await runCli("test", ...bin, ...SHORT, ...pasted, ...more, ...ignored, "first", "--", "--last");
  expect(ended.stderr).toContain(
    "ignored, because the bench does not have them: --availability, --key-count, --log-net-send, --no-ssh\n",
  );
  expect(ended.stderr).toContain('n0 arguments ["first","--last"]');
  expect(ended.stdout).toMatch(
    /^3 nodes · 10 ms uniform latency · 10 operations\/s for 1 s · tree4 · faults: partition/,
  );
});

it.each([
  [["-w", "echo"], /^error: --workload echo is not supported; the only supported workload is broadcast\n$/],
  [[], /^error: --workload is missing; the only supported workload is broadcast/],
  [["-w", "broadcast"], /^error: --bin is missing/],
  [["-w", "broadcast", "--bin", "sh", "--nodes", "a,b,a"], /^error: invalid node id "a": ids must be unique/],
  [["-w", "broadcast", "--bin", "sh", "--nodes", "a", "--node", "a"], /^error: invalid node id "a"/],
  [["-w", "broadcast", "--bin", "sh", "--nodes-file", "/nonesuch"], /^error: .*--nodes-file.* ENOENT.*nonesuch/],
  [["-w", "broadcast", "--concurrency", "n"], /^error: .*or one per node such as 2n\.\n$/],
])("rejects %j", async (args, complaint) => {
  const { code, stderr } = await runHere("test", ...args);
  expect(stderr).toMatch(complaint);
  expect(code).toBe(2);
});

it("takes the ids of the nodes from a file, a list and single options, all together", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-test-"));
  writeFileSync(join(folder, "nodes"), "one\ntwo \n");
  const ids = ["--nodes-file", join(folder, "nodes"), "--nodes", "three, four", "-n", "five"];
  const { stdout, code } = await runCli("test", "-w", "broadcast", "--bin", fixture("flood.js"), ...SHORT, ...ids);
  rmSync(folder, { recursive: true });
  expect(stdout).toMatch(/^5 nodes ·/);
  expect(code).toBe(0);
});

describe("--concurrency", () => {
  const settings = { ...DEFAULT_SETTINGS, timeLimit: 5000, rate: 50 };

  it.each([1, 3, 10])("assigns %d clients to five nodes in turn, and every node is read at the end", (concurrency) => {
    const events: HistoryEvent[] = [];
    const listener = { event: (event: HistoryEvent) => void events.push(event) };
    const result = runVirtually({ settings: { ...settings, concurrency }, behaviour: flood, listener });
    expect(result.verdict).toBe("passed");
    const begun = events.flatMap((event) => (event.type === "invoke" ? [event] : []));
    const timed = begun.filter(({ final }) => final === undefined);
    expect(new Set(timed.map(({ process }) => process)).size).toBe(concurrency);
    for (const { process, node } of timed) expect(node).toBe(settings.nodeIds[process % 5]);
    const final = begun.filter((event) => event.final);
    expect(final).toHaveLength(Math.max(concurrency, 5));
    expect(new Set(final.map(({ node }) => node)).size).toBe(5);
  });
});
