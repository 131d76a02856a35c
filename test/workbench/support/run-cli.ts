import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built command. */
const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** Path of a fixture node. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/nodes/${name}`, import.meta.url));
}

/** The result of a command. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the built command; its output is no terminal. */
export function startCli(...args: string[]): Running {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

/** Runs the built command to its end. */
export function runCli(...args: string[]): Promise<Ended> {
  return startCli(...args).ended;
}

/** Runs the bench on a fixture node for a moment: three nodes, 1.5 s. */
export function runBriefly(node: string, ...args: string[]): Promise<Ended> {
  return runCli("bench", "--bin", fixture(node), ...BRIEF, ...args);
}

/** Options of a run that is over in a moment. */
export const BRIEF = ["--node-count", "3", "--rate", "30", "--time-limit", "1.5", "--quiescence", "0.5", "--seed", "1"];
