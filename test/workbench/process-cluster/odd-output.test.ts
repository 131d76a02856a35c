import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import type { NodeExit, NodeHandle, OutputState } from "../../../src/workbench/model/node-host.js";
import { ProcessCluster, type ProcessClusterOptions } from "../../../src/workbench/process-cluster/process-cluster.js";
import { fixture } from "../support/run-cli.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-odd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fixture node that does something odd, and everything that is heard of it. */
class OddNode {
  readonly stderr: string[] = [];
  readonly types: string[] = [];
  readonly rubbish: { line: string; problem: string }[] = [];
  readonly exits: NodeExit[] = [];
  private readonly cluster: ProcessCluster;
  private readonly handle: NodeHandle;

  constructor(args: readonly string[], options: Partial<ProcessClusterOptions> = {}) {
    const onStderr = (_: string, line: string) => this.stderr.push(line);
    this.cluster = new ProcessCluster({ bin: fixture("odd.js"), args, onStderr, ...options });
    this.handle = this.cluster.start("n0", {
      printed: ({ message }) => this.types.push((message as { body: { type: string } }).body.type),
      rubbish: (line, _bytes, problem) => this.rubbish.push({ line, problem }),
      handleOutput: (work) => work(),
      writable: () => {},
      ended: (exit) => this.exits.push(exit),
    });
    this.ask({ type: "init", node_id: "n0", node_ids: ["n0"] });
  }

  ask(body: object): boolean {
    return this.handle.deliver({ message: { src: "c0", dest: "n0", body: { ...body } } });
  }

  async until(holds: () => boolean): Promise<void> {
    await vi.waitUntil(holds, { timeout: 50_000, interval: 10 });
  }

  output(): OutputState | undefined {
    return this.handle.output?.();
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}

/** Memory of this process beside the heap, in MiB: input is read into buffers. */
const buffers = () => process.memoryUsage().arrayBuffers / 2 ** 20;

it("a line on stderr that is too long for a string is cut, and the node continues", async () => {
  const node = new OddNode(["long line on stderr", "600"], { logs: folder });
  const log = join(folder, "n0.log");
  let most = 0;
  await node.until(() => {
    most = Math.max(most, buffers());
    return existsSync(log) && statSync(log).size === 600 * 2 ** 20;
  });
  node.ask({ type: "read" });
  await node.until(() => node.types.includes("read_ok"));
  await node.stop();
  expect(most).toBeLessThan(200);
  expect(node.stderr).toEqual([`${".".repeat(4096)}… (${600 * 2 ** 20} bytes)`]);
  expect([node.exits, node.rubbish]).toEqual([[], []]);
  rmSync(log);
});

it("long last words are shortened", async () => {
  const node = new OddNode(["long last words", "600"]);
  await node.until(() => node.exits.length > 0);
  await node.stop();
  expect(node.exits).toMatchObject([{ reason: "exited with code 3" }]);
  expect(node.exits[0]?.lastWords.join().length).toBeLessThan(1000);
});

it("a line on stdout beyond the limit is reported once and skipped, and later lines are read", async () => {
  const node = new OddNode(["long line on stdout", "40"]);
  await node.until(() => node.stderr.includes("poured"));
  node.ask({ type: "read" });
  await node.until(() => node.types.includes("read_ok"));
  await node.stop();
  expect(node.rubbish.map(({ problem }) => problem)).toEqual(["printed a line of more than 16 MiB"]);
  expect(node.exits).toEqual([]);
});

it("many lines on stderr are all written to the log", async () => {
  const node = new OddNode(["many lines on stderr", "100000"], { logs: folder });
  await node.until(() => node.stderr.length === 100_000);
  await node.stop();
  const kept = () => readFileSync(join(folder, "n0.log"), "utf8").split("\n");
  await node.until(() => kept().length === 100_001);
  expect(kept()[99_999]).toBe("line 99999");
});

it("bytes that are not text are harmless", async () => {
  const node = new OddNode(["bytes that are no text"], { logs: folder });
  await node.until(() => node.rubbish.length > 0 && node.stderr.length > 0);
  await node.stop();
  expect(node.rubbish[0]?.problem).toBe("printed a line that is not JSON");
  expect(node.stderr).toEqual(["\uFFFD\uFFFD\0\uFFFD"]);
  await node.until(() => readFileSync(join(folder, "n0.log")).length === 10);
});

it("an empty line is described as such, and a message with text after it is heard", async () => {
  const script = `echo; echo '  '; echo '{"body":{"type":"a"}} and more'; exec sleep 60`;
  const node = new OddNode(["-c", script], { bin: "/bin/sh" });
  await node.until(() => node.types.length > 0);
  await node.stop();
  expect(node.rubbish.map(({ problem }) => problem)).toEqual(["printed an empty line", "printed an empty line"]);
});

it("an unwritable log is reported once, and has no other effect", async () => {
  const problems: string[] = [];
  const logs = join(folder, "missing");
  const node = new OddNode(["many lines on stderr", "1000"], { logs, onLogError: (problem) => problems.push(problem) });
  await node.until(() => node.stderr.length === 1000);
  await node.stop();
  expect(problems).toEqual([expect.stringMatching(/ENOENT.*n0\.log/)]);
});

it("a process in another session that holds the pipes is ended with the node", async () => {
  const node = new OddNode(["daemon"]);
  await node.until(() => node.stderr.length > 0);
  const pid = Number(node.stderr[0]?.split(" ")[1]);
  expect(() => process.kill(pid, 0)).not.toThrow();
  await node.stop();
  await node.until(() => isGone(pid));
});

it("a node that ignores signals and the end of its input is killed", async () => {
  const node = new OddNode(["stays after the end"]);
  await node.until(() => node.stderr.length > 0);
  await node.stop();
  await node.until(() => isGone(Number(node.stderr[0]?.split(" ")[1])));
  expect(node.exits).toEqual([]);
});

it.each([
  ["stdout", "1>&-", { closed: true, stopsReading: false }],
  ["stderr", "2>&-", { closed: false, stopsReading: false }],
  ["stdin", "0<&-", { closed: false, stopsReading: true }],
])("a node that closes its %s keeps running, and the bench knows the closed stream", async (_, redirection, known) => {
  const script = `echo '{"body":{}}'; exec ${redirection}; exec sleep 60`;
  const node = new OddNode(["-c", script], { bin: "/bin/sh" });
  await node.until(() => {
    node.ask({ type: "read" });
    const { closed, stopsReading } = node.output() as OutputState;
    return node.types.length > 0 && closed === known.closed && stopsReading === known.stopsReading;
  });
  await node.stop();
  expect(node.exits).toEqual([]);
});

/** Whether no such process runs; one that has ended may wait to be collected by its parent. */
function isGone(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
