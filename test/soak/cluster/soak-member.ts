import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Ledger } from "../../hosts/load/ledger.js";
import type { NetworkHost } from "../../hosts/network/namespaces.js";
import type { MemberStart, Order, Report, Sample } from "../member/orders.js";
import { ShownValues } from "./shown-values.js";

const PROGRAM = fileURLToPath(new URL("./member.js", import.meta.url));
/** A member must join within this time, in ms, also when its network is cut. */
const TIME_TO_START = 120_000;
/** A closed member's process must end within this time, in ms. */
const TIME_TO_CLOSE = 20_000;

/** A sample with what can be seen from outside. */
export interface MemberSample extends Sample {
  /** Bytes in the folder of its journal. */
  readonly journal: number;
  /** Time since it has joined, in ms. */
  readonly age: number;
}

/** The problems of a member that the ledger does not know. */
export interface MemberFaults {
  /** Values that the node reported as deleted elsewhere before they came. */
  missed: number;
  /** Processes that ended by themselves. */
  readonly crashes: string[];
}

/** A member: one process after the other with one id, one host and one journal. */
export class SoakMember {
  readonly shown = new ShownValues();
  readonly faults: MemberFaults = { missed: 0, crashes: [] };
  /** Number of processes so far. */
  lives = 0;
  private process: ChildProcess | undefined;
  private joinedAt = 0;
  private isPaused = false;
  private measured: ((sample: Sample | undefined) => void) | undefined;
  private started: (() => void) | undefined;

  /**
   * @param log path of the file for what the node logs
   * @param onDelivery is called with each value's latency in ms
   */
  constructor(
    private readonly host: NetworkHost,
    private readonly begin: MemberStart,
    private readonly ledger: Ledger,
    private readonly log: string,
    private readonly onDelivery: (latency: number) => void,
  ) {}

  get id(): string {
    return this.begin.id;
  }

  /** Starts a process; resolves once it has joined. @throws if it ends, or takes too long */
  async start(): Promise<void> {
    const output = openSync(this.log, "a");
    const command = [process.execPath, "--expose-gc", PROGRAM, JSON.stringify(this.begin)];
    const [program, ...args] = [...this.host.enter, ...command] as [string, ...string[]];
    const child = spawn(program, args, { stdio: ["ignore", output, output, "ipc"] });
    closeSync(output);
    this.process = child;
    this.lives++;
    child.on("message", (report: Report) => this.take(report));
    // A member that was killed takes no more orders.
    child.on("error", () => {});
    const started = new Promise<void>((resolve) => {
      this.started = resolve;
    });
    child.once("exit", (code, signal) => {
      this.measured?.(undefined);
      this.ledger.ended(this.id);
      if (this.process !== child) return;
      this.process = undefined;
      this.faults.crashes.push(`${this.id} ended with ${code ?? signal}: see ${this.log}`);
    });
    const timeout = AbortSignal.timeout(TIME_TO_START);
    const failed = Promise.race([once(child, "exit"), once(timeout, "abort")]);
    const hasStarted = await Promise.race([started.then(() => true), failed.then(() => false)]);
    if (!hasStarted) throw new Error(`${this.id} did not start within ${TIME_TO_START / 1000} s: see ${this.log}`);
  }

  /** Sends a value to it, unless its process is down. */
  broadcast(name: string): void {
    this.ledger.sent(name, this.id);
    if (!this.send({ kind: "broadcast", name })) this.ledger.refused(name, "down");
  }

  /** Resolves to `undefined` if it is down or paused, or killed meanwhile. */
  async measure(): Promise<MemberSample | undefined> {
    if (this.isPaused || this.joinedAt === 0 || this.measured !== undefined) return undefined;
    if (!this.send({ kind: "measure" })) return undefined;
    const sample = await new Promise<Sample | undefined>((resolve) => {
      this.measured = resolve;
    });
    this.measured = undefined;
    return sample && { ...sample, journal: this.journalBytes(), age: performance.now() - this.joinedAt };
  }

  pause(): void {
    this.isPaused = true;
    this.process?.kill("SIGSTOP");
  }

  resume(): void {
    this.isPaused = false;
    this.process?.kill("SIGCONT");
  }

  /** Kills the process; resolves once it is gone. */
  async kill(): Promise<void> {
    const child = this.forget();
    if (child === undefined) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Closes the node; resolves to whether its process then ended by itself. */
  async close(): Promise<boolean> {
    const child = this.process;
    if (child === undefined || !this.send({ kind: "close" })) return false;
    this.forget();
    const timeout = AbortSignal.timeout(TIME_TO_CLOSE);
    const ended = once(child, "exit").then(([code]) => code === 0);
    const isGood = await Promise.race([ended, once(timeout, "abort").then(() => false)]);
    if (child.exitCode === null) child.kill("SIGKILL");
    return isGood;
  }

  private forget(): ChildProcess | undefined {
    const child = this.process;
    this.process = undefined;
    this.joinedAt = 0;
    return child;
  }

  private send(order: Order): boolean {
    if (this.process?.connected !== true) return false;
    this.process.send(order, () => {});
    return true;
  }

  private take(report: Report): void {
    if (report.kind === "started") this.begins(report.names);
    else if (report.kind === "delivered") this.delivered(report.name, report.latency);
    else if (report.kind === "acknowledged") this.ledger.acknowledged(report.name);
    else if (report.kind === "refused") this.ledger.refused(report.name, report.reason);
    else if (report.kind === "missed") this.faults.missed += report.count;
    else this.measured?.(report.sample);
  }

  private begins(names: readonly string[]): void {
    this.joinedAt = performance.now();
    this.shown.begin(names, this.joinedAt);
    for (const name of names) this.ledger.arrived(name, this.id);
    this.started?.();
  }

  private delivered(name: string, latency: number): void {
    this.shown.deliver(name, performance.now() - latency);
    this.ledger.arrived(name, this.id);
    this.onDelivery(latency);
  }

  private journalBytes(): number {
    const folder = join(this.begin.journals, this.id);
    let bytes = 0;
    for (const name of readdirSync(folder)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    return bytes;
  }
}
