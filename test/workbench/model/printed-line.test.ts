import { describe, expect, it } from "vitest";
import { parsePrinted } from "../../../src/workbench/model/printed-line.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { type Behaviour, flood } from "../../fixtures/nodes/behaviours.js";
import { runVirtually } from "../support/virtual-bench.js";

describe("a line that a node printed", () => {
  it.each([
    ['{"a":"}{\\"}"} ok', '{"a":"}{\\"}"}', { a: '}{"}' }, "ok"],
    ['{"a":{"b":{}}}{"c":1}', '{"a":{"b":{}}}', { a: { b: {} } }, '{"c":1}'],
    [' {"a":1},', ' {"a":1}', { a: 1 }, ","],
  ])("%s is its first object, and the rest is reported", (text, line, message, rest) => {
    expect(parsePrinted(text, text.length)).toEqual({ message, line, bytes: text.length, rest });
  });

  it.each(['{"a":1}', " [1] ", "3"])("%s is JSON as a whole", (line) => {
    expect(parsePrinted(line, 9)).toEqual({ message: JSON.parse(line), line, bytes: 9 });
  });

  it.each(["", "  ", "hello", 'hello {"a":1}', '{"a":1', '{"a":}', "{]}", '{"a":"}', "[1] 2", "}{"])(
    "%j is no JSON",
    (line) => expect(parsePrinted(line, 9)).toBeUndefined(),
  );

  it("of many megabytes is scanned once", () => {
    const line = `{${'"":{'.repeat(4e6)}`;
    expect(parsePrinted(line, line.length)).toBeUndefined();
  });
});

it("a message with text after it is heard, as in Maelstrom, and breaks a rule", () => {
  const behaviour: Behaviour = (print) => flood((line) => print(`${JSON.stringify(line)} \u001b[1m`));
  const settings = { ...DEFAULT_SETTINGS, nodeIds: numberedNodes(3), timeLimit: 2000, rate: 20, latency: 5 };
  const result = runVirtually({ settings, behaviour });
  expect(result).toMatchObject({ verdict: "failed", maelstrom: "valid", lostCount: 0, missingCount: 0 });
  const problem = "printed more than one message on a line: everything after the first is ignored";
  expect(result.violations[0]).toMatchObject({ rule: "not-json", node: "n0", line: 1, problem, text: "\\x1b[1m" });
});
