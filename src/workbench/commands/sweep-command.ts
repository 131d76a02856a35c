import type { Command } from "commander";
import { writePage } from "../report/page-file.js";
import { builtNode } from "./executable.js";
import { EXIT_CODES, EXIT_CODES_HELP, exitCodeOf } from "./exit-codes.js";
import { nodeHelp, nodeSettings } from "./node-settings.js";
import { closeFile, openFile } from "./output-file.js";
import { ProgressBar } from "./progress-bar.js";
import { checkWritable } from "./report-output.js";
import { addSweepOptions, benchSettingsOf, type SweepOptions, settingsToSweep } from "./sweep-options.js";
import { frontierOf } from "./sweep-page.js";
import { type MeasuredSetting, pointsOf, runOf, type SweepRun } from "./sweep-point.js";
import { processRunner, virtualRunner } from "./sweep-runner.js";
import { renderSweep } from "./sweep-table.js";

const EXAMPLES = `
Examples:
  tidecast sweep --report frontier.html
  tidecast sweep --max 600..2400 --points 5 --latency-dist exponential --seeds 5
  tidecast sweep --median 300,400 --max 600 --series rounds --json sweep.json -- --guard 60
  tidecast sweep --processes --max 700,2000 --series rounds --seeds 1`;

/** `tidecast sweep`: messages against latency. `nodeArgs`: the arguments after `--`, for every node. */
export function addSweepCommand(
  program: Command,
  nodeArgs: readonly string[],
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("sweep")
    .summary("measure a range of latency budgets: messages against latency")
    .description(
      "Runs the project's node with a range of latency budgets, and prints messages per operation against median and " +
        "maximum latency, beside the figures that the arithmetic expects. It covers rounds, the proposal's fixed windows, and " +
        "sending at once. Messages and medians are means over the seeds; the maximum is the largest of them. Runs in virtual " +
        "time unless --processes is given, so the same seeds give the same table.",
    )
    .usage("[options] [-- node arguments]")
    .addHelpText("after", "\n`tidecast sweep -- --help` shows the options of the node.");
  addSweepOptions(command)
    .addHelpText("after", EXIT_CODES_HELP)
    .addHelpText("after", EXAMPLES)
    .action(async (options: SweepOptions) => {
      const help = nodeHelp(nodeArgs);
      if (help !== undefined) process.stdout.write(help);
      else setExitCode(await sweep(options, nodeArgs));
    });
}

async function sweep(options: SweepOptions, nodeArgs: readonly string[]): Promise<number> {
  const toMeasure = settingsToSweep(options, nodeArgs).map((setting) => ({
    setting,
    node: nodeSettings(setting.args),
  }));
  const settings = benchSettingsOf(options);
  const runner = options.processes ? processRunner(builtNode()) : virtualRunner();
  if (options.report !== undefined) checkWritable("--report", options.report);
  const json = options.json === undefined ? undefined : await openFile("--json", options.json);
  const progress = new ProgressBar(toMeasure.length * options.seeds, "runs");
  const measured: MeasuredSetting[] = [];
  try {
    for (const { setting, node } of toMeasure) {
      const runs: SweepRun[] = [];
      for (let run = 0; run < options.seeds; run++) {
        progress.show(measured.length * options.seeds + run, `${setting.series}, ${setting.name}`);
        const plan = { settings: { ...settings, seed: settings.seed + run }, limits: {} };
        const { result, interrupted } = await runner.run(plan, setting.args);
        if (interrupted) {
          progress.stop();
          console.error("interrupted");
          return EXIT_CODES.interrupted;
        }
        runs.push(runOf(result));
      }
      measured.push({ setting, node, runs });
    }
  } finally {
    progress.stop();
    runner.stop();
  }
  const points = pointsOf(measured, settings);
  const { seeds, processes = false } = options;
  json?.write(
    `${JSON.stringify({ version: 1, settings: { ...settings, seeds, processes, nodeArgs }, points }, undefined, 2)}\n`,
  );
  await closeFile(json);
  const conditions = { settings, seeds, processes };
  console.log(renderSweep(points, conditions));
  if (options.report !== undefined) {
    const page = frontierOf(points, conditions, nodeArgs);
    writePage(options.report, page, `Tidecast: ${page.title}`);
    console.log(`report: ${options.report}`);
  }
  return worstOf(measured.flatMap(({ runs }) => runs));
}

function worstOf(runs: readonly SweepRun[]): number {
  const codes = runs.map(({ verdict }) => exitCodeOf(verdict));
  const bad = [EXIT_CODES.failed, EXIT_CODES.notJudged].find((code) => codes.includes(code));
  return bad ?? EXIT_CODES.passed;
}
