import { type ChildProcess, spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import type { Delivery } from "../model/message.js";
import type { NodeEvents, NodeHandle, OutputState } from "../model/node-host.js";
import { parsePrinted } from "../model/printed-line.js";
import { LastWords } from "./last-words.js";
import { LineSplitter } from "./line-splitter.js";
import { machineFaultOf } from "./machine-faults.js";
import { NodeLog } from "./node-log.js";
import { groupEnded, killStrays, MARK, markOf } from "./strays.js";

/** How to run a node. */
export interface NodeCommand {
  /** Path of the executable. */
  readonly bin: string;
  readonly args: readonly string[];
  /** Name of the run, unique on this machine; it identifies the node's processes. */
  readonly run: string;
  /** File for the node's stderr. */
  readonly logFile?: string;
  /** Whether the file keeps the output of an earlier life of the node. */
  readonly keepsLog?: boolean;
  /** Called once if the file cannot be written. */
  readonly onLogError?: (problem: string) => void;
  /** Called with each line of the node's stderr, without colours; of a long line only the beginning. */
  readonly onStderr?: (nodeId: string, line: string) => void;
}

const MEBIBYTE = 1024 * 1024;

/** The longest line (MiB) that a node may print: a `read_ok` of two million values fits in. */
const LONGEST_LINE = 16;

/** Bytes kept of a line on stderr; a log file gets all of it. */
const LONGEST_STDERR_LINE = 4096;

/** Time that a node has to exit once its stdin is closed (ms); after that it is killed. */
const GRACE = 500;

/** Time to wait for output that is still in the pipes after an exit (ms): a descendant may hold them open. */
const LAST_OUTPUT_WAIT = 200;

/**
 * A node as a process in its own process group. Ctrl-C in the terminal reaches only the bench, which then ends the whole
 * group, with all processes that the node may have started.
 */
export class NodeProcess implements NodeHandle {
  /** Absent if the system refused to start it. */
  private readonly child: ChildProcess | undefined;
  private readonly lines: LineSplitter;
  private readonly errors: LineSplitter;
  private readonly lastWords = new LastWords();
  private readonly log: NodeLog | undefined;
  private bytesPrinted = 0;
  private stdoutClosed = false;
  /** How the bench ends it, once it does. */
  private ending: "stopped" | "killed" | undefined;
  private ended = false;
  private reaped = false;
  /** Resolves once the process and its whole group are gone, and its pipes are closed. */
  readonly gone: Promise<void>;

  constructor(
    private readonly nodeId: string,
    private readonly command: NodeCommand,
    private readonly events: NodeEvents,
  ) {
    const { logFile, keepsLog = false, onLogError = () => {} } = command;
    this.log = logFile === undefined ? undefined : new NodeLog(logFile, keepsLog, onLogError);
    this.lines = new LineSplitter((line, bytes) => this.read(line, bytes), {
      longest: LONGEST_LINE * MEBIBYTE,
      tooLong: (beginning) => this.readTooMuch(beginning),
    });
    this.errors = new LineSplitter((line, bytes) => this.hear(line, bytes), { longest: LONGEST_STDERR_LINE });
    const child = this.spawn();
    this.child = child instanceof Error ? undefined : child;
    this.gone = new Promise((resolve) => {
      if (child instanceof Error) setImmediate(() => this.notStarted(child, resolve));
      else this.watch(child, resolve);
    });
  }

  deliver(delivery: Delivery): boolean {
    if (this.ended || this.ending !== undefined) return true;
    return this.child?.stdin?.write(`${delivery.line ?? JSON.stringify(delivery.message)}\n`) ?? true;
  }

  output(): OutputState {
    return {
      bytes: this.bytesPrinted,
      unfinished: this.lines.unfinished,
      closed: this.stdoutClosed,
      stopsReading: this.child?.stdin?.destroyed === true,
      lastWords: this.lastWords.lines(),
    };
  }

  /** Closes the node's stdin, and kills the node if it does not exit soon after. */
  stop(): void {
    if (this.ending !== undefined) return;
    this.ending = "stopped";
    const { child } = this;
    if (child?.pid === undefined || this.reaped) return;
    child.stdin?.end();
    this.signal("SIGCONT");
    const timer = setTimeout(() => this.signal("SIGKILL"), GRACE);
    child.once("exit", () => clearTimeout(timer));
  }

  kill(gone: () => void): void {
    this.ending ??= "killed";
    this.signal("SIGKILL");
    void this.gone.then(() => killStrays(this.command.run, this.nodeId)).then(gone);
  }

  pause(): void {
    this.signal("SIGSTOP");
  }

  resume(): void {
    this.signal("SIGCONT");
  }

  /** Sends a signal to the node and all processes of its group. */
  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    const pid = this.child?.pid;
    // After the process is reaped its number may belong to another process.
    if (pid === undefined || this.reaped) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended already.
    }
  }

  /** Starts the process. The system reports some errors by exceptions, others by events. */
  private spawn(): ChildProcess | Error {
    const { bin, args, run } = this.command;
    const env = { ...process.env, [MARK]: markOf(run, this.nodeId) };
    try {
      return spawn(bin, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, env });
    } catch (error) {
      return error as Error;
    }
  }

  private watch(child: ChildProcess, gone: () => void): void {
    const { stdin, stdout, stderr } = child;
    stdout?.on("data", (chunk: Buffer) => {
      if (this.ending !== undefined) return;
      this.bytesPrinted += chunk.length;
      this.events.handleOutput(() => this.lines.push(chunk));
    });
    stdout?.once("end", () => {
      this.stdoutClosed = true;
    });
    stderr?.on("data", (chunk: Buffer) => {
      this.events.handleOutput(() => {
        this.log?.write(chunk, stderr);
        this.errors.push(chunk);
      });
    });
    stdin?.on("drain", () => {
      if (this.ending === undefined) this.events.writable();
    });
    // Writing to a node that has just exited fails; its exit is reported anyway. The same holds for one that closed its stdin.
    stdin?.on("error", () => {});
    child.once("error", (error) => this.notStarted(error, gone));
    child.once("exit", (code, signal) => {
      this.signal("SIGKILL");
      this.reaped = true;
      const reason = code === null ? `was ended by signal ${signal}` : `exited with code ${code}`;
      // A node that the bench was about to kill may have exited a moment earlier.
      const isExpected = this.ending === "stopped" || (this.ending === "killed" && signal === "SIGKILL");
      this.whenDrained(child, () => {
        this.lines.finish();
        this.errors.finish();
        // A descendant that holds a pipe must not keep the bench alive.
        for (const pipe of child.stdio) pipe?.destroy();
        this.end(reason, isExpected);
        if (child.pid === undefined) gone();
        else void groupEnded(child.pid).then(gone);
      });
    });
  }

  private notStarted(error: Error, gone: () => void): void {
    this.end(`could not be started: ${error.message}`, this.ending === "stopped", machineFaultOf(error));
    gone();
  }

  private read(line: string, bytes: number): void {
    if (this.ending !== undefined) return;
    const printed = parsePrinted(line, bytes);
    if (printed !== undefined) this.events.printed(printed);
    else if (line.trim() === "") this.events.rubbish(line, bytes, "printed an empty line");
    else this.events.rubbish(line, bytes, "printed a line that is not JSON");
  }

  private readTooMuch(beginning: string): void {
    this.events.rubbish(beginning, beginning.length, `printed a line of more than ${LONGEST_LINE} MiB`);
  }

  private hear(line: string, bytes: number): void {
    // Colours and cursor movements are irrelevant, and a tab is only space.
    const plain = stripVTControlCharacters(line).replaceAll("\t", "    ");
    const text = bytes > LONGEST_STDERR_LINE ? `${plain}… (${bytes} bytes)` : plain;
    this.command.onStderr?.(this.nodeId, text);
    this.lastWords.hear(text);
  }

  private whenDrained(child: ChildProcess, task: () => void): void {
    let done = false;
    const once = () => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      task();
    };
    const timer = setTimeout(once, LAST_OUTPUT_WAIT);
    child.once("close", once);
  }

  private end(reason: string, isExpected: boolean, fault?: string): void {
    if (this.ended) return;
    this.ended = true;
    this.log?.end();
    if (isExpected) return;
    const cause = this.lastWords.cause();
    this.events.ended({
      reason,
      lastWords: this.lastWords.lines(),
      ...(cause !== undefined && { cause }),
      ...(fault !== undefined && { machineFault: `could not be started: ${fault}` }),
    });
  }
}
