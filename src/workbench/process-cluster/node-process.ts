import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import type { Delivery } from "../model/message.js";
import type { NodeEvents, NodeHandle } from "../model/node-host.js";
import { LineSplitter } from "./line-splitter.js";

/** How to run a node. */
export interface NodeCommand {
  /** Path of the executable. */
  readonly bin: string;
  readonly args: readonly string[];
  /** File that receives what the node writes to stderr. */
  readonly logFile?: string;
  /** Whether the file keeps what an earlier life of the node wrote. */
  readonly keepsLog?: boolean;
  /** Called with each line that the node writes to stderr. */
  readonly onStderr?: (nodeId: string, line: string) => void;
}

const STDERR_LINES_KEPT = 8;

/** How long a node may take to end by itself once its stdin is closed (ms); after that it is killed. */
const GRACE = 500;

/** After an exit, how long to wait for output that is still in the pipes (ms): a grandchild may hold them open. */
const LAST_OUTPUT_WAIT = 200;

/**
 * A node as a process of its own, in a process group of its own: Ctrl-C in the terminal reaches only the bench, which then
 * ends the whole group, whatever the node may have started itself.
 */
export class NodeProcess implements NodeHandle {
  private readonly child: ChildProcess;
  private readonly stderrTail: string[] = [];
  private readonly log: WriteStream | undefined;
  /** Why the bench ends it, once it does. */
  private ending: "stopped" | "killed" | undefined;
  private ended = false;
  private reaped = false;
  /** Resolves once the process is gone. */
  readonly gone: Promise<void>;

  constructor(
    private readonly nodeId: string,
    private readonly command: NodeCommand,
    private readonly events: NodeEvents,
  ) {
    this.log =
      command.logFile === undefined
        ? undefined
        : createWriteStream(command.logFile, { flags: command.keepsLog ? "a" : "w" });
    this.child = spawn(command.bin, command.args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    const { stdin, stdout, stderr } = this.child;
    const lines = new LineSplitter((line, bytes) => this.read(line, bytes));
    stdout?.on("data", (chunk: Buffer) => this.events.handleOutput(() => this.feed(lines, chunk)));
    const errors = new LineSplitter((line) => this.hear(line));
    stderr?.on("data", (chunk: Buffer) => this.events.handleOutput(() => errors.push(chunk)));
    stdin?.on("drain", () => {
      if (this.ending === undefined) this.events.writable();
    });
    // Writing to a node that has just ended fails; that it has ended is reported by its exit.
    stdin?.on("error", () => {});
    this.gone = new Promise((resolve) => {
      this.child.once("error", (error) => {
        this.end(`could not be started: ${error.message}`, this.ending === "stopped");
        resolve();
      });
      this.child.once("exit", (code, signal) => {
        this.signal("SIGKILL");
        this.reaped = true;
        const reason = code === null ? `signal ${signal}` : `exit code ${code}`;
        // One that the bench was about to kill may have ended a moment earlier, and not by that.
        const isExpected = this.ending === "stopped" || (this.ending === "killed" && signal === "SIGKILL");
        this.whenDrained(() => {
          lines.finish();
          errors.finish();
          this.end(reason, isExpected);
        });
        resolve();
      });
    });
  }

  deliver(delivery: Delivery): boolean {
    if (this.ended || this.ending !== undefined) return true;
    const { stdin } = this.child;
    return stdin?.write(`${delivery.line ?? JSON.stringify(delivery.message)}\n`) ?? true;
  }

  /** Closes the node's stdin, and kills it when it does not end by itself soon after. */
  stop(): void {
    if (this.ending !== undefined) return;
    this.ending = "stopped";
    if (this.child.pid === undefined || this.reaped) return;
    this.child.stdin?.end();
    this.signal("SIGCONT");
    const timer = setTimeout(() => this.signal("SIGKILL"), GRACE);
    this.child.once("exit", () => clearTimeout(timer));
  }

  kill(gone: () => void): void {
    this.ending ??= "killed";
    this.signal("SIGKILL");
    void this.gone.then(gone);
  }

  pause(): void {
    this.signal("SIGSTOP");
  }

  resume(): void {
    this.signal("SIGCONT");
  }

  /** Sends a signal to the node and whatever it has started. */
  signal(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    const { pid } = this.child;
    // Once the process is reaped its number may be somebody else's.
    if (pid === undefined || this.reaped) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended already.
    }
  }

  private feed(lines: LineSplitter, chunk: Buffer): void {
    if (this.ending !== undefined) return;
    try {
      lines.push(chunk);
    } catch (error) {
      this.events.rubbish("", chunk.length, `printed ${(error as Error).message}`);
      this.signal("SIGKILL");
    }
  }

  private read(line: string, bytes: number): void {
    if (this.ending !== undefined) return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      this.events.rubbish(line, bytes, "printed a line that is not JSON");
      return;
    }
    this.events.printed({ message, line, bytes });
  }

  private hear(line: string): void {
    this.log?.write(`${line}\n`);
    this.command.onStderr?.(this.nodeId, line);
    this.stderrTail.push(line);
    if (this.stderrTail.length > STDERR_LINES_KEPT) this.stderrTail.shift();
  }

  private whenDrained(task: () => void): void {
    let done = false;
    const once = () => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      task();
    };
    const timer = setTimeout(once, LAST_OUTPUT_WAIT);
    this.child.once("close", once);
  }

  private end(reason: string, isExpected: boolean): void {
    if (this.ended) return;
    this.ended = true;
    this.log?.end();
    if (!isExpected) this.events.ended({ reason, lastWords: [...this.stderrTail] });
  }
}
