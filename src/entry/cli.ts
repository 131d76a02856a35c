#!/usr/bin/env node
import { runProgram } from "../workbench/commands/program.js";

// A reader that closes the pipe (`tidecast … | head`) must not cause a stack trace.
process.stdout.on("error", () => {});
process.exitCode = await runProgram(process.argv.slice(2));
