import { Command, CommanderError } from "commander";
import { version } from "../../../package.json";
import { fields } from "../../application/settings/settings.js";
import { addArithmeticCommand } from "./arithmetic-command.js";
import { addBenchCommand } from "./bench-command.js";
import { addCalibrateCommand } from "./calibrate-command.js";
import { addCheckCommand } from "./check-command.js";
import { EXIT_CODES, UsageError } from "./exit-codes.js";
import { addExploreCommand } from "./explore-command.js";
import { addJournalCommand } from "./journal-command.js";
import { addServeCommand } from "./serve-command.js";
import { addSettingsCommand } from "./settings-command.js";
import { addSimCommand } from "./sim-command.js";
import { addStatusCommand } from "./status-command.js";
import { addSweepCommand } from "./sweep-command.js";
import { addTestCommand } from "./test-command.js";

/** Runs the command line; resolves to the exit code. `args`: the arguments after the name of the program. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const separator = args.indexOf("--");
  const own = separator === -1 ? args : args.slice(0, separator);
  const nodeArgs = separator === -1 ? [] : args.slice(separator + 1);
  const takesNodeArgs = own[0] === "bench" || own[0] === "sweep" || own[0] === "test";
  let exitCode: number = EXIT_CODES.passed;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = new Command("tidecast")
    .description(
      "Runs, measures and judges broadcast nodes that speak Maelstrom's protocol, and serves clients over HTTP.",
    )
    .version(version, "--version", "show the version")
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .configureOutput({ outputError: (text, write) => write(complaint(text, takesNodeArgs)) });
  addBenchCommand(program, nodeArgs, setExitCode);
  addTestCommand(program, nodeArgs, setExitCode);
  addCheckCommand(program, setExitCode);
  addSweepCommand(program, nodeArgs, setExitCode);
  addSimCommand(program, setExitCode);
  addExploreCommand(program, setExitCode);
  addCalibrateCommand(program, setExitCode);
  addArithmeticCommand(program, setExitCode);
  addSettingsCommand(program, setExitCode);
  addServeCommand(program, setExitCode);
  addStatusCommand(program, setExitCode);
  addJournalCommand(program, setExitCode);
  for (const command of program.commands) command.allowExcessArguments(false);
  try {
    if (nodeArgs.length > 0 && !takesNodeArgs)
      throw new UsageError(
        `${own[0] ?? "tidecast"} takes no node arguments; only bench, test and sweep do: leave out -- ${nodeArgs.join(" ")}`,
      );
    await program.parseAsync(own, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.passed : EXIT_CODES.wrongUsage;
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}`);
    return EXIT_CODES.wrongUsage;
  }
}

/** Returns commander's message without the help that it appends. If an option may be meant for the node, the message says where it belongs. */
function complaint(text: string, takesNodeArgs: boolean): string {
  const short = text.replace(/\n\n[\s\S]*$/, "\n");
  if (!takesNodeArgs) return short;
  const flag = /^error: unknown option '([^'=]+)/.exec(short)?.[1];
  if (Object.values(fields).some((field) => field.flag === flag))
    return `error: ${flag} is an option of the nodes: write it after -- at the end\n`;
  if (flag === undefined && !short.startsWith("error: too many arguments")) return short;
  return `${short.trimEnd().replace(/\.$/, "")}; write options and arguments of your node after -- at the end\n`;
}
