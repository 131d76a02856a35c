import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { OutputState } from "../../../src/workbench/model/node-host.js";
import { hasLongLastWords, writesLongLine } from "./support/long-output.js";
import { OddNode } from "./support/odd-node.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-odd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a long line on stderr is cut, and the node continues", () => writesLongLine(folder, 100, 80));

it("long last words are shortened", () => hasLongLastWords(100));

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
