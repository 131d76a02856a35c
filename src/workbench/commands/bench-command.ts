import { mkdirSync, type WriteStream } from "node:fs";
import type { Command } from "commander";
import colors from "picocolors";
import { encodeEvent } from "../model/history-lines.js";
import { printable, printableJson } from "../model/printable.js";
import type { BenchResult } from "../model/result.js";
import type { BenchPlan } from "../model/run-bench.js";
import { describeViolation } from "../model/violation.js";
import { BenchRecorder } from "../report/bench-recorder.js";
import { adviceOn, usedFoldersAmong } from "./advice.js";
import { addRunOptions, type BenchOptions, planOf, refuseToDoNothing } from "./bench-options.js";
import { comparisonFor } from "./challenge-comparison.js";
import { builtNode, executableAt } from "./executable.js";
import { EXIT_CODES, EXIT_CODES_HELP, exitCodeOf, UsageError } from "./exit-codes.js";
import { nodeHelp, nodeSettings } from "./node-settings.js";
import { closeFile, openFile } from "./output-file.js";
import { ProgressLine } from "./progress-line.js";
import { openReport } from "./report-output.js";
import { renderFirstStory, renderResult, renderUnrecorded } from "./result-table.js";
import { runOnProcesses } from "./run-on-processes.js";
import { addViaOptions, benchVia, refuseAccessOptions, type ViaOptions } from "./via.js";

/** Where the results of a run are written. */
export interface OutputOptions {
  readonly bin?: string;
  readonly json?: string;
  readonly history?: string;
  readonly report?: string;
  readonly logStderr?: true;
  readonly logs?: string;
}

/** Upper bound on violations printed during the run; the result counts all of them. */
const MOST_VIOLATIONS_SHOWN = 5;

const EXAMPLES = `
Examples:
  tidecast bench --challenge 3e --report run.html
  tidecast bench --challenge 3d --bin ./my-node -- --some-option-of-my-node 50
  tidecast bench --node-count 5 --rate 10 --time-limit 20 --nemesis partition --history run.jsonl
  tidecast bench --node-count 5 --rate 10 --time-limit 20 --nemesis kill,loss --victim root -- --data-dir data
  tidecast bench --via http://127.0.0.1:8080,http://127.0.0.1:8081 --rate 10 --time-limit 20`;

/** `tidecast bench`: one run on real processes. `nodeArgs`: the arguments after `--`. */
export function addBenchCommand(
  program: Command,
  nodeArgs: readonly string[],
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("bench")
    .summary("run a cluster of real node processes and judge it")
    .description(
      "Starts nodes of any executable that speaks Maelstrom's protocol, routes their messages through a simulated network, " +
        "broadcasts and reads values, and judges the result. Needs no JVM and no network access.",
    )
    .usage("[options] [-- node arguments]")
    .option(
      "--bin <file>",
      "executable of the node (default: dist/node.js, Tidecast's own; `tidecast bench -- --help` shows its options)",
    );
  addRunOptions(command);
  addViaOptions(addOutputOptions(command))
    .addHelpText("after", EXIT_CODES_HELP)
    .addHelpText("after", EXAMPLES)
    .action(async (options: BenchOptions & OutputOptions & ViaOptions) => {
      if (options.via !== undefined) {
        setExitCode(await benchVia(options, nodeArgs));
        return;
      }
      refuseAccessOptions(options);
      const help = options.bin === undefined ? nodeHelp(nodeArgs) : undefined;
      if (help !== undefined) {
        process.stdout.write(help);
        return;
      }
      const plan = planOf(options);
      refuseToDoNothing(plan.settings);
      setExitCode(await bench(plan, options, nodeArgs));
    });
}

/** Adds the options for the output files. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json <file>", "write the whole result as JSON")
    .option("--history <file>", "write one line of JSON per operation, for `tidecast check`")
    .option("--report <file>", "write a page for the browser: charts, and the reasons why values were lost or late")
    .option("--log-stderr", "show what the nodes write to stderr")
    .option("--logs <dir>", "write the stderr of each node to a file in this folder");
}

/** Runs a plan on real processes, prints its result and writes the requested files; resolves to the exit code. */
export async function bench(
  plan: BenchPlan,
  options: OutputOptions & BenchOptions,
  args: readonly string[],
): Promise<number> {
  const bin = executableAt(options.bin ?? builtNode());
  const ownNode = options.bin === undefined ? nodeSettings(args) : undefined;
  const history = options.history === undefined ? undefined : await openFile("--history", options.history);
  const json = options.json === undefined ? undefined : await openFile("--json", options.json);
  const description = {
    executable: options.bin ?? "Tidecast's own",
    args,
    ...(ownNode !== undefined && { mode: ownNode.mode }),
  };
  const { nodeIds } = plan.settings;
  const report = options.report === undefined ? undefined : openReport(options.report, nodeIds, description);
  const recorder = report?.recorder ?? new BenchRecorder(nodeIds, description);
  const circumstances = { bin, logs: options.logs, usedFolders: usedFoldersAmong(args) };
  if (options.logs !== undefined) makeFolder(options.logs);
  const progress = new ProgressLine(plan.settings);
  let shown = 0;
  const { result, interrupted } = await runOnProcesses(
    plan,
    {
      bin,
      args,
      ...(options.logs === undefined ? {} : { logs: options.logs }),
      onLogError: (problem) => progress.print(colors.red(`--logs: ${problem}; the file is incomplete`)),
      ...(options.logStderr
        ? { onStderr: (node, line) => progress.print(`${colors.dim(node)} ${printable(line)}`) }
        : {}),
    },
    {
      begun: (ask) => progress.start(ask),
      violation: (violation) => {
        if (shown++ < MOST_VIOLATIONS_SHOWN) progress.print(colors.red(describeViolation(violation)));
      },
      event: (event) => {
        history?.write(`${encodeEvent(event)}\n`);
        recorder.event(event);
      },
      messages: recorder.messages,
    },
  ).finally(() => progress.stop());
  await Promise.all([closeFile(history), writeResult(json, result)]);
  const page = report?.write(result) ?? (result.verdict === "failed" ? recorder.report(result) : undefined);
  if (interrupted) {
    console.error(report === undefined ? "interrupted" : `interrupted; report: ${options.report}`);
    return EXIT_CODES.interrupted;
  }
  console.log(renderResult(result, comparisonFor(options.challenge, plan.settings, ownNode)));
  const story = page?.verdict === "failed" ? renderFirstStory(page, report !== undefined) : "";
  if (story !== "") console.log(story);
  const unrecorded = page === undefined ? "" : renderUnrecorded(page);
  if (unrecorded !== "") console.log(unrecorded);
  for (const advice of adviceOn(result, circumstances)) console.log(advice);
  if (report !== undefined) console.log(`report: ${options.report}`);
  return exitCodeOf(result.verdict);
}

async function writeResult(stream: WriteStream | undefined, result: BenchResult): Promise<void> {
  stream?.write(`${printableJson(result, 2)}\n`);
  await closeFile(stream);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(`--logs: ${(error as Error).message}`);
  }
}
