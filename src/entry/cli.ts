#!/usr/bin/env node
import { unsupportedSystem } from "../adapters/command-line/system.js";
import { EXIT_CODES } from "../workbench/commands/exit-codes.js";
import { runProgram } from "../workbench/commands/program.js";

// A reader that closes the pipe (`tidecast … | head`) must not cause a stack trace.
process.stdout.on("error", () => {});
const problem = unsupportedSystem(process);
if (problem === undefined) process.exitCode = await runProgram(process.argv.slice(2));
else {
  console.error(`error: ${problem}`);
  process.exitCode = EXIT_CODES.wrongUsage;
}
