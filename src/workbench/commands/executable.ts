import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./exit-codes.js";

/** Linux reads at most this many bytes of a file's first line. */
const LONGEST_SHEBANG = 256;

/** First bytes of programs that the system runs without an interpreter: ELF, Mach-O in both byte orders and for several machines, PE. */
const BINARY_BEGINNINGS = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "4d5a"];

/** The built node, next to the built command. */
export function builtNode(): string {
  return fileURLToPath(new URL("./node.js", import.meta.url));
}

/**
 * Returns the absolute path of an executable file. A name without a slash that is no file in this folder is looked up in PATH.
 * @throws {UsageError} with the reason if there is no such file, or the system cannot run it
 */
export function executableAt(path: string): string {
  const absolute = found(path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(missing(path, absolute));
  if (!stats.isFile()) throw new UsageError(`--bin: ${absolute} is not a file`);
  if (!isExecutable(absolute)) throw new UsageError(`--bin: ${absolute} is not executable (chmod +x it)`);
  const problem = problemWithShebang(beginningOf(absolute).toString("latin1"));
  if (problem !== undefined) throw new UsageError(`--bin: ${absolute} ${problem}`);
  return absolute;
}

/** Advice about a program that the shell had to run because it has no #! line; `undefined` if it has one or is a binary. */
export function adviceOnShebang(path: string): string | undefined {
  const beginning = beginningOf(path);
  const hex = beginning.toString("hex");
  if (hex.startsWith("2321") || BINARY_BEGINNINGS.some((magic) => hex.startsWith(magic))) return undefined;
  return `${path} has no #! line, so /bin/sh ran it; name the interpreter in the first line: ${exampleFor(path)}`;
}

function found(path: string): string {
  const absolute = resolve(path);
  if (path.includes("/") || statSync(absolute, { throwIfNoEntry: false }) !== undefined) return absolute;
  return inPath(path) ?? absolute;
}

function inPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function missing(path: string, absolute: string): string {
  const [program = "", ...args] = path.trim().split(/\s+/);
  const is = `--bin: there is no file ${absolute}`;
  if (args.length === 0) return is;
  return `${is}; --bin takes one file; write its arguments at the end: --bin ${program} … -- ${args.join(" ")}`;
}

/** Describes the problem with the interpreter in a file's first line; `undefined` if none is found. */
function problemWithShebang(beginning: string): string | undefined {
  if (!beginning.startsWith("#!")) return undefined;
  const line = beginning.slice(2).split("\n", 1)[0] as string;
  const [interpreter, ...args] = line.trim().split(/\s+/);
  if (interpreter === undefined || interpreter === "") return `has no interpreter in its first line: #!${line.trim()}`;
  if (line.endsWith("\r"))
    return `has Windows line ends (CR LF), so the system looks for the interpreter "${(args.at(-1) ?? interpreter).trim()}\\r"; convert its line ends, for example with: sed -i 's/\\r$//'`;
  if (statSync(interpreter, { throwIfNoEntry: false }) === undefined)
    return `names an interpreter that does not exist: #!${line.trim()}`;
  if (!isExecutable(interpreter)) return `names an interpreter that is not an executable file: #!${line.trim()}`;
  const program = /\/env$/.test(interpreter) ? args.filter((arg) => arg !== "-S")[0] : undefined;
  // Options of env, and variables that it sets, may change where env looks.
  if (program === undefined || /^-|=/.test(program)) return undefined;
  const exists = program.includes("/") ? isExecutable(program) : inPath(program) !== undefined;
  return exists ? undefined : `needs ${program}, which is not in PATH: #!${line.trim()}`;
}

function exampleFor(path: string): string {
  if (path.endsWith(".py")) return "#!/usr/bin/env python3";
  if (path.endsWith(".rb")) return "#!/usr/bin/env ruby";
  if (/\.[cm]?js$/.test(path)) return "#!/usr/bin/env node";
  return "#!/usr/bin/env python3, for example";
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Reads the first bytes of a file; empty if the file may be executed but not read. */
function beginningOf(path: string): Buffer {
  const bytes = Buffer.alloc(LONGEST_SHEBANG);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
