import { Command, CommanderError } from "commander";
import { addArithmeticCommand } from "./arithmetic-command.js";
import { addBenchCommand } from "./bench-command.js";
import { addCalibrateCommand } from "./calibrate-command.js";
import { addCheckCommand } from "./check-command.js";
import { EXIT_CODES, UsageError } from "./exit-codes.js";
import { addSettingsCommand } from "./settings-command.js";
import { addSimCommand } from "./sim-command.js";
import { addSweepCommand } from "./sweep-command.js";

/** Runs the command line; resolves to the exit code. `args`: what follows the name of the program. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const separator = args.indexOf("--");
  const own = separator === -1 ? args : args.slice(0, separator);
  const nodeArgs = separator === -1 ? [] : args.slice(separator + 1);
  let exitCode: number = EXIT_CODES.passed;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const program = new Command("tidecast")
    .description("Tidecast's workbench: runs, measures and judges broadcast nodes that speak Maelstrom's protocol.")
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .configureOutput({ outputError: (text, write) => write(text.replace(/\n\n[\s\S]*$/, "\n")) });
  addBenchCommand(program, nodeArgs, setExitCode);
  addCheckCommand(program, setExitCode);
  addSweepCommand(program, nodeArgs, setExitCode);
  addSimCommand(program, setExitCode);
  addCalibrateCommand(program, setExitCode);
  addArithmeticCommand(program, setExitCode);
  addSettingsCommand(program, setExitCode);
  for (const command of program.commands) command.allowExcessArguments(false);
  try {
    await program.parseAsync(own, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.passed : EXIT_CODES.wrongUsage;
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}`);
    return EXIT_CODES.wrongUsage;
  }
}
