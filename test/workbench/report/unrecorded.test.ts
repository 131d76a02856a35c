import { expect, it } from "vitest";
import { renderFirstStory, renderUnrecorded } from "../../../src/workbench/commands/result-table.js";
import { DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { BenchRecorder } from "../../../src/workbench/report/bench-recorder.js";
import type { RecordingLimits } from "../../../src/workbench/report/recorder.js";
import { type Behaviour, flood } from "../../fixtures/nodes/behaviours.js";
import { runVirtually } from "../support/virtual-bench.js";

const settings = { ...DEFAULT_SETTINGS, nodeIds: numberedNodes(3), timeLimit: 3000, rate: 20, latency: 50 };

function reportOf(behaviour: Behaviour, limits?: RecordingLimits) {
  const recorder = new BenchRecorder(settings.nodeIds, undefined, limits);
  const result = runVirtually({ settings, behaviour, listener: recorder });
  return { report: recorder.report(result), count: result.messages.servers.count };
}

/** Shows a thousand numbers that no client has broadcast. */
const invents: Behaviour = (print) => {
  const invented = Array.from({ length: 1000 }, (_, index) => 1e9 + index * 1.5);
  return flood((line) => {
    const message = typeof line === "string" ? JSON.parse(line) : line;
    if (message.body.type === "read_ok") message.body.messages.push(...invented);
    print(message);
  });
};

const forgets: Behaviour = (print) => flood((line) => (JSON.stringify(line).includes('"dest":"n') ? 0 : print(line)));

it("a report with unrecorded messages says so, and tells no stories", () => {
  const { report, count } = reportOf(forgets);
  expect(count).toBe(0);
  expect(renderFirstStory(report, true)).toMatch(/^Value \d+ was lost/);
  const { report: cut, count: all } = reportOf(flood, { messages: 10, values: 1000 });
  expect(cut).toMatchObject({ stories: [], untold: 0, unrecorded: all - 10 });
  expect(cut.messages).toHaveLength(10);
  expect([renderUnrecorded(report), renderFirstStory(cut, true)]).toEqual(["", ""]);
  expect(renderUnrecorded(cut)).toBe(
    `Only the first 10 messages were recorded, and ${all - 10} later ones are missing. So the report explains no values.`,
  );
});

it("numbers that no client has broadcast do not enlarge a report", () => {
  const { report } = reportOf(invents);
  expect(report.verdict).toBe("failed");
  expect(report.shown).toEqual([]);
});
