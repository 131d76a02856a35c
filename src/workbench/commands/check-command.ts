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

/** The longest line of a history (MiB): a read of as much as a node may print fits in, whatever it is. */
const LONGEST_LINE = 64;

/** `tidecast check`: judges a history again. */
export function addCheckCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("check")
    .summary("judge a history again")
    .description("Judges the history that `tidecast bench --history FILE` has written, with the same checker.")
    .argument("<file>", "the history")
    .option("--json", "print the whole result as JSON instead of the table")
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (file: string, options: { json?: true }) => {
      const result = await judgeFile(file);
      console.log(options.json ? printableJson(result, 2) : renderResult(result));
      setExitCode(exitCodeOf(result.verdict));
    });
}

/** The result of a history file; throws UsageError, with the line's number, when it is none. */
async function judgeFile(path: string): Promise<BenchResult> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no file ${path}`);
  if (stats.isDirectory()) throw new UsageError(`${path} is a folder, not a history`);
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
      if (end !== undefined) throw new SyntaxError("an event after the end");
      if ("time" in event) {
        if (event.time < lastTime)
          throw new SyntaxError(
            `an event of ${event.time} ms behind one of ${lastTime} ms: events are in order of time`,
          );
        lastTime = event.time;
      }
      if (judge === undefined) {
        if (event.type !== "start") throw new SyntaxError("a history begins with a start event");
        judge = new Judge(event);
      } else if (event.type === "start") throw new SyntaxError("a second start event");
      else if (event.type === "end") end = event;
      else judge.add(event);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || isSystemError(error))) throw error;
    const place = lineNumber === 0 ? "" : `${path}, line ${lineNumber}: `;
    throw new UsageError(`${place}${(error as Error).message}`);
  }
  if (judge === undefined) throw new UsageError(`${path}: an empty history`);
  return judge.finish(end ?? endOfTornHistory(lastTime));
}

/** The lines of a file; in place of one that is too long the error. */
async function* linesOf(path: string): AsyncGenerator<string | SyntaxError> {
  const lines: (string | SyntaxError)[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), {
    longest: LONGEST_LINE * 1024 * 1024,
    tooLong: () => lines.push(new SyntaxError(`no event of a history: the line is longer than ${LONGEST_LINE} MiB`)),
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

/** A history without an end was written by a bench that did not come to its own; what was measured beside it is unknown. */
function endOfTornHistory(time: number): EndEvent {
  const traffic = new TrafficMeter().snapshot();
  const lateness = new LatenessMeter(new PreciseClock()).summary(0);
  return { type: "end", time, cutShort: "the history has no end", traffic, lateness };
}
