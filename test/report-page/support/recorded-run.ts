import { resolveSettings } from "../../../src/application/settings/settings.js";
import type { BenchResult } from "../../../src/workbench/model/result.js";
import type { BenchSettings, Limits } from "../../../src/workbench/model/settings.js";
import { BenchRecorder } from "../../../src/workbench/report/bench-recorder.js";
import { packReport } from "../../../src/workbench/report/data/columns.js";
import type { RunReport } from "../../../src/workbench/report/data/run-report.js";
import { builtAssets, writePage } from "../../../src/workbench/report/page-file.js";
import { runVirtualBench } from "../../../src/workbench/virtual-cluster/run-virtual-bench.js";
import type { Behaviour } from "../../fixtures/nodes/behaviours.js";
import { runVirtually } from "../../workbench/support/virtual-bench.js";

/** A run that was recorded: its result, and the report of it. */
export interface RecordedRun {
  readonly result: BenchResult;
  readonly report: RunReport;
}

/** Our own nodes in virtual time. @param options the nodes' own: `{ preset: "frugal" }` */
export function recordOwnNodes(settings: BenchSettings, limits: Limits, options: Record<string, unknown>): RecordedRun {
  const node = resolveSettings(options);
  const recorder = new BenchRecorder(settings.nodeIds, { executable: "ours", args: [], mode: node.mode });
  const result = runVirtualBench({ settings, limits, node, listener: recorder });
  return { result, report: recorder.report(result) };
}

/** Nodes of a fixture in virtual time. */
export function recordFixture(settings: BenchSettings, behaviour: Behaviour): RecordedRun {
  const recorder = new BenchRecorder(settings.nodeIds);
  const result = runVirtually({ settings, behaviour, listener: recorder });
  return { result, report: recorder.report(result) };
}

/** Writes the page of a run with the code built into dist. */
export function writeRun(path: string, { report }: RecordedRun): void {
  writePage(path, packReport(report), report.title, builtAssets(new URL("../../../dist/", import.meta.url)));
}
