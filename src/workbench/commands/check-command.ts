import { createReadStream, statSync } from "node:fs";
import type { Command } from "commander";
import type { EndEvent, HistoryEvent } from "../model/history.js";
import { decodeEvent } from "../model/history-lines.js";
import { Judge } from "../model/judge.js";
import { LatenessMeter } from "../model/lateness.js";
import { printableJson } from "../model/printable.js";
import type { BenchResult } from "../model/result.js";
import { TrafficMeter } from "../model/traffic.js";
import { LineSplitter } from "../process-cluster/line-splitter.js";
import { PreciseClock } from "../process-cluster/precise-clock.js";
import { EXIT_CODES_HELP, exitCodeOf, UsageError } from "./exit-codes.js";
import { assertEventLine } from "./history-schema.js";
import { renderResult } from "./result-table.js";

/** Longest line of a history, in MiB. A read of everything that a node may print fits in. */
const LONGEST_LINE = 64;

/** `tidecast check`: judges a recorded history again. */
export function addCheckCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("check")
    .summary("judge a recorded history again")
    .description("Judges a history written by `tidecast bench --history FILE`, with the same checker.")
    .argument("<file>", "the history file")
    .option("--json", "print the whole result as JSON instead of the table")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (file: string, options: { json?: true }) => {
      const result = await judgeFile(file);
      console.log(options.json ? printableJson(result, 2) : renderResult(result));
      setExitCode(exitCodeOf(result.verdict));
    });
}

/** Judges a history file. Throws UsageError with the line number if the file is invalid. */
async function judgeFile(path: string): Promise<BenchResult> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no file ${path}`);
  if (stats.isDirectory()) throw new UsageError(`${path} is a folder; give a history file`);
  let judge: Judge | undefined;
  let end: EndEvent | undefined;
  let lastTime = 0;
  let lineNumber = 0;
  try {
    for await (const line of linesOf(path)) {
      lineNumber++;
      if (line instanceof SyntaxError) throw line;
      assertEventLine(line);
      const event: HistoryEvent = decodeEvent(line);
      if (end !== undefined) throw new SyntaxError("there is an event after the end event");
      if ("time" in event) {
        if (event.time < lastTime)
          throw new SyntaxError(
            `the event at ${event.time} ms follows one at ${lastTime} ms; events must be in order of time`,
          );
        lastTime = event.time;
      }
      if (judge === undefined) {
        if (event.type !== "start") throw new SyntaxError("the first event must be the start event");
        judge = new Judge(event);
      } else if (event.type === "start") throw new SyntaxError("there is a second start event");
      else if (event.type === "end") end = event;
      else judge.add(event);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || isSystemError(error))) throw error;
    const place = lineNumber === 0 ? "" : `${path}, line ${lineNumber}: `;
    throw new UsageError(`${place}${(error as Error).message}`);
  }
  if (judge === undefined) throw new UsageError(`${path}: the history is empty`);
  return judge.finish(end ?? endOfTornHistory(lastTime));
}

/** The lines of a file; a line that is too long is replaced by an error. */
async function* linesOf(path: string): AsyncGenerator<string | SyntaxError> {
  const lines: (string | SyntaxError)[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), {
    longest: LONGEST_LINE * 1024 * 1024,
    tooLong: () => lines.push(new SyntaxError(`the line is longer than ${LONGEST_LINE} MiB`)),
  });
  for await (const chunk of createReadStream(path)) {
    splitter.push(chunk);
    yield* lines.splice(0);
  }
  splitter.finish();
  yield* lines;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** Completes a history without an end, as an interrupted bench leaves it. */
function endOfTornHistory(time: number): EndEvent {
  const traffic = new TrafficMeter().snapshot();
  const lateness = new LatenessMeter(new PreciseClock()).summary(0);
  return { type: "end", time, cutShort: "the history has no end event", traffic, lateness };
}
