import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { BenchResult } from "../model/result.js";
import { BenchRecorder } from "../report/bench-recorder.js";
import { packReport } from "../report/data/columns.js";
import { writePage } from "../report/page-file.js";
import { UsageError } from "./exit-codes.js";

/** A report that a run is recorded for. */
export interface OpenReport {
  readonly recorder: BenchRecorder;
  /** Writes the page, once the run has ended. */
  write(result: BenchResult): void;
}

/** Prepares the report of a run of these nodes; throws UsageError if the file cannot be written, before anything is run in vain. */
export function openReport(path: string, nodes: readonly string[]): OpenReport {
  checkWritable("--report", path);
  const recorder = new BenchRecorder(nodes);
  return {
    recorder,
    write: (result) => {
      const report = recorder.report(result);
      writePage(path, packReport(report), `Tidecast: ${report.title}`);
    },
  };
}

/** Makes the folder of a file, and the file if it is not there; throws UsageError if that is impossible. */
function checkWritable(option: string, path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "", { flag: "a" });
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}
