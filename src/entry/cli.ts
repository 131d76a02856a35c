#!/usr/bin/env node
import { runProgram } from "../workbench/commands/program.js";

// A reader that has gone away (`tidecast … | head`) is no reason to end with a stack trace.
process.stdout.on("error", () => {});
process.exitCode = await runProgram(process.argv.slice(2));
