import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { BenchResult } from "../model/result.js";
import { BenchRecorder } from "../report/bench-recorder.js";
import { packReport } from "../report/data/columns.js";
import type { RunReport } from "../report/data/run-report.js";
import { writePage } from "../report/page-file.js";
import type { NodeDescription } from "../report/settings-list.js";
import { UsageError } from "./exit-codes.js";

/** A report for which a run is recorded. */
export interface OpenReport {
  readonly recorder: BenchRecorder;
  /** Writes the page after the run, and returns its contents. */
  write(result: BenchResult): RunReport;
}

/** Prepares the report of a run of these nodes. @throws {UsageError} before the run if the file cannot be written */
export function openReport(path: string, nodes: readonly string[], node: NodeDescription): OpenReport {
  checkWritable("--report", path);
  const recorder = new BenchRecorder(nodes, node);
  return {
    recorder,
    write: (result) => {
      const report = recorder.report(result);
      writeReport(path, report);
      return report;
    },
  };
}

/** Writes the page of a run. */
export function writeReport(path: string, report: RunReport): void {
  writePage(path, packReport(report), `Tidecast: ${report.title}`);
}

/** Creates the folder of a file, and checks that the file can be written. @throws {UsageError} if it cannot */
export function checkWritable(option: string, path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new Error(`${path} is a folder; give a file`);
    accessSync(existing === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}
