import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../src/workbench/model/history.js";
import { encodeEvent } from "../../src/workbench/model/history-lines.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../src/workbench/model/settings.js";
import { flood } from "../fixtures/nodes/behaviours.js";
import { runHere } from "./support/run-here.js";
import { runVirtually, type VirtualRun } from "./support/virtual-bench.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-check-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = { ...DEFAULT_SETTINGS, nodeIds: numberedNodes(2), timeLimit: 2000, rate: 10 };

function record(more: Partial<VirtualRun> = {}): string[] {
  const lines: string[] = [];
  const listener = { event: (event: HistoryEvent) => void lines.push(encodeEvent(event)) };
  runVirtually({ settings, behaviour: flood, listener, ...more });
  return lines;
}

const LINES = record();

async function check(lines: readonly string[], ...options: string[]) {
  const path = join(folder, "history.jsonl");
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return runHere("check", path, ...options);
}

const resultOf = async (lines: readonly string[]) => JSON.parse((await check(lines, "--json")).stdout);

/** The history with the lines of these events changed; null takes a line out. */
function changed(change: (event: Record<string, unknown>) => object | null): string[] {
  return LINES.flatMap((line) => {
    const event = change(JSON.parse(line));
    return event === null ? [] : [JSON.stringify(event)];
  });
}

const without = (type: string, key: string) =>
  changed((event) => {
    if (event.type !== type) return event;
    const { [key]: _, ...rest } = event;
    return rest;
  });

describe("an invalid history is wrong usage, with file and line", () => {
  const first = (type: string) => LINES.findIndex((line) => JSON.parse(line).type === type) + 1;
  const last = LINES.length;
  const timeOf = (line: number) => JSON.parse(LINES[line - 1] as string).time;
  const cases: [what: string, lines: string[], line: number, complaint: string][] = [
    ["without settings", without("start", "settings"), 1, "invalid start event: settings: "],
    ["without limits", without("start", "limits"), 1, "invalid start event: limits: "],
    ["without version", without("start", "version"), 1, "invalid start event: version: "],
    [
      "of another version",
      changed((event) => ("version" in event ? { ...event, version: 2 } : event)),
      1,
      "unknown history version 2; this bench reads version 1",
    ],
    ["without traffic", without("end", "traffic"), last, "invalid end event: traffic: "],
    ["without lateness", without("end", "lateness"), last, "invalid end event: lateness: "],
    ["without times", without("invoke", "time"), first("invoke"), "invalid invoke event: time: "],
    [
      "without nodes",
      changed((event) => (event.type === "start" ? { ...event, settings: { ...settings, nodeIds: [] } } : event)),
      1,
      "invalid start event: settings.nodeIds: ",
    ],
    [
      "of unknown nodes",
      changed((event) => (event.type === "invoke" ? { ...event, node: "n9" } : event)),
      first("invoke"),
      "node n9 is not in the settings",
    ],
    [
      "of a read without values",
      changed((event) => {
        const { values: _, ...rest } = event;
        return rest;
      }),
      LINES.findIndex((line) => line.includes('"values"')) + 1,
      "invalid ok event: A successful read needs values",
    ],
    [
      "of a read of too many values",
      changed((event) => ("values" in event ? { ...event, values: { ranges: [[0, 1e15]] } } : event)),
      LINES.findIndex((line) => line.includes('"values"')) + 1,
      "invalid ok event: values: More than 10000000 values",
    ],
    ["of an unknown type", [...LINES.slice(0, 1), '{"type":"party"}'], 2, 'unknown event type "party"'],
    ["of anything", ["[]"], 1, "the line is not an event of a history"],
    ["of null", ["null"], 1, "the line is not an event of a history"],
    ["of an empty line", [""], 1, "the line is not JSON"],
    ["that is torn", [...LINES.slice(0, 3), '{"type":"inv'], 4, "the line is not JSON"],
    [
      "out of order",
      [...LINES.slice(0, 2), ...LINES.slice(2, 4).reverse(), ...LINES.slice(4)],
      4,
      `the event at ${timeOf(3)} ms follows one at ${timeOf(4)} ms; events must be in order of time`,
    ],
    ["of a line of no end", [...LINES.slice(0, 3), "x".repeat(80 * 2 ** 20)], 4, "the line is longer than 64 MiB"],
    ["that starts twice", [LINES[0] as string, ...LINES], 2, "there is a second start event"],
    ["that goes on", [...LINES, LINES[1] as string], last + 1, "there is an event after the end event"],
    ["that does not start", LINES.slice(1), 1, "the first event must be the start event"],
  ];
  it.each(cases)("%s", async (_, lines, line, complaint) => {
    const { code, stderr } = await check(lines);
    expect(stderr.startsWith(`error: ${join(folder, "history.jsonl")}, line ${line}: ${complaint}`)).toBe(true);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(code).toBe(2);
  });

  it("empty", async () => {
    expect(await check([])).toMatchObject({ code: 2, stderr: expect.stringContaining("the history is empty") });
  });
});

describe("a history is judged", () => {
  it("as the original run was", async () => {
    expect(await check(LINES)).toMatchObject({ code: 0, stdout: expect.stringContaining("PASSED") });
    expect(await resultOf(LINES)).toMatchObject({ verdict: "passed", maelstrom: "valid" });
  });

  it("failed, if a final read has failed", async () => {
    const finals = new Set<unknown>();
    const lines = changed((event) => {
      if (event.final === true) finals.add(event.process);
      if (event.type !== "ok" || !finals.has(event.process)) return event;
      const { values: _, ...rest } = event;
      return { ...rest, type: "fail", error: "no answer within 5000 ms" };
    });
    const { code, stdout } = await check(lines);
    expect(stdout).toContain("FAILED: the final reads of n0, n1 failed (2 × no answer within 5000 ms).");
    expect(code).toBe(1);
  });

  it("not at all, without final reads: nobody knows which values reached the nodes", async () => {
    const finals = new Set<unknown>();
    const lines = changed((event) => {
      if (event.final === true) finals.add(event.process);
      return finals.has(event.process) ? null : event;
    });
    const { code, stdout } = await check(lines);
    expect(stdout).toMatch(/NOT JUDGED: the final reads of n0, n1 were never started\.\n$/);
    expect(code).toBe(3);
  });

  it("failed, if it has no end", async () => {
    expect((await check(LINES.slice(0, -1))).code).toBe(1);
  });

  it("with its notes: floats, null lists, stray replies", async () => {
    const floats = record({
      behaviour: (print) =>
        flood((line) => print(JSON.stringify(line).replace(/"messages":\[(\d+)/, '"messages":[[$1.0],2.5,$1.0'))),
    });
    const fromFloats = await resultOf(floats);
    expect(fromFloats.reasons[0].text).toMatch(
      /shows \[\d+\.0\], 2\.5, \d+\.0, which|shows 2\.5, \[\d+\.0\], \d+\.0, which/,
    );

    const nulls = record({
      behaviour: (print) =>
        flood((line) => print(JSON.parse(JSON.stringify(line).replace('"messages":[]', '"messages":null')))),
    });
    expect((await resultOf(nulls)).notes).toEqual([expect.stringContaining('had "messages": null')]);
  });

  it("without a measured load: by the time that all clients were busy", async () => {
    const lazy = record({ challenge: "3b" });
    const busy: object[] = [];
    for (let second = 0; second < 2; second++) {
      for (const process of [0, 1]) {
        const operation = { process, node: `n${process}`, operation: "read" };
        busy.push({ type: "invoke", time: second * 1000, ...operation });
        busy.push({ type: "ok", time: second * 1000 + 990, ...operation, values: { ranges: [] } });
      }
    }
    const inOrder = busy.toSorted((one, other) => (one as { time: number }).time - (other as { time: number }).time);
    const start = lazy[0] as string;
    const { load: _, ...end } = JSON.parse(lazy.at(-1) as string);
    const result = await resultOf([start, ...inOrder.map((event) => JSON.stringify(event)), JSON.stringify(end)]);
    expect(result.reasons.map(({ kind }: { kind: string }) => kind)).toContain("load");
  });
});
