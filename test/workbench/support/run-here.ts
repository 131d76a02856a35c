import { vi } from "vitest";
import { runProgram } from "../../../src/workbench/commands/program.js";
import type { Ended } from "./run-cli.js";

/**
 * Runs a command line inside this process, where nothing need be started; what it prints is caught. One at a time: it is
 * this process' own output that is caught. What ends a process, or is about a process, wants `runCli`.
 */
export async function runHere(...args: string[]): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  const catchers = [
    vi.spyOn(console, "log").mockImplementation((text) => {
      stdout += `${text}\n`;
    }),
    vi.spyOn(console, "error").mockImplementation((text) => {
      stderr += `${text}\n`;
    }),
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      stdout += text;
      return true;
    }),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      stderr += text;
      return true;
    }),
  ];
  try {
    return { code: await runProgram(args), stdout, stderr };
  } finally {
    for (const catcher of catchers) catcher.mockRestore();
  }
}
