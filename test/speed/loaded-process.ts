import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { LineReader } from "../../src/adapters/json-lines/line-reader.js";
import { type DotRange, dotCount } from "../../src/domain/values/dot.js";

const CLIENT = "c1";
const LONGEST_LINE = 256 * 1024 * 1024;
const VALUES = ',"values":[';
/** Figures of one burst of broadcasts. Times are in ms. */
export interface Burst {
  /** From the first byte of the burst to the last `broadcast_ok`. */
  readonly elapsed: number;
  /** CPU time of the process within `elapsed`. */
  readonly cpu: number;
  /** CPU time of the process until every neighbour has every value. */
  readonly cpuUntilSent: number;
}

/** A message of the process to another member. */
interface Envelope {
  readonly dest: string;
  readonly body:
    | { readonly type: "gossip"; dots: readonly DotRange[]; incarnation: number; base: number; number: number }
    | { readonly type: "probe"; incarnation: number; number: number };
}

/** A process that speaks Maelstrom's protocol as `n0`. The other members are played here. */
export class LoadedProcess {
  private readonly process: ChildProcess;
  private answers = 0;
  /** How many values each member has received. */
  private readonly received = new Map<string, number>();
  private wake: () => void = () => {};

  /** @param command arguments of Node */
  constructor(
    command: readonly string[],
    private readonly members: number,
  ) {
    this.process = spawn(process.execPath, command, { stdio: ["pipe", "pipe", "inherit"] });
    const reader = new LineReader(LONGEST_LINE, {
      line: (bytes) => this.lineWritten(bytes),
      tooLong: () => {
        throw new Error(`the process wrote a line of more than ${LONGEST_LINE} bytes`);
      },
    });
    this.process.once("exit", () => this.wake());
    this.process.stdout?.on("data", (chunk: Buffer) => {
      reader.push(chunk);
      this.wake();
    });
  }

  /** Sends `init` and `topology`, and waits for both answers. */
  async start(): Promise<void> {
    const ids = Array.from({ length: this.members }, (_, index) => `n${index}`);
    const topology = Object.fromEntries(ids.map((id) => [id, ids.filter((other) => other !== id).slice(0, 4)]));
    this.write(request({ type: "init", msg_id: 1, node_id: "n0", node_ids: ids }));
    this.write(request({ type: "topology", msg_id: 2, topology }));
    await this.until(() => this.answers === 2);
  }

  /**
   * Sends `count` broadcasts at once.
   * @param neighbours how many members have to receive every value before the burst counts as sent
   */
  async burst(count: number, neighbours: number): Promise<Burst> {
    this.answers = 0;
    const lines = Array.from({ length: count }, (_, index) =>
      request({ type: "broadcast", msg_id: index + 3, message: index }),
    );
    const text = Buffer.from(lines.join(""));
    const cpuBefore = this.cpu();
    const begin = performance.now();
    this.write(text);
    await this.until(() => this.answers === count);
    const elapsed = performance.now() - begin;
    const cpu = this.cpu() - cpuBefore;
    await this.until(() => this.membersWith(count) >= neighbours);
    return { elapsed, cpu, cpuUntilSent: this.cpu() - cpuBefore };
  }

  async stop(): Promise<void> {
    this.process.stdin?.on("error", () => {});
    const exited = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exited;
  }

  private membersWith(count: number): number {
    return [...this.received.values()].filter((received) => received >= count).length;
  }

  private lineWritten(line: Buffer): void {
    // The answers are counted without parsing: this process must not be what limits the one that is measured.
    if (line.toString("latin1", 0, 40).includes(`"dest":"${CLIENT}"`)) this.answers++;
    else this.messageSent(parseEnvelope(line));
  }

  private messageSent({ dest, body }: Envelope): void {
    if (body.type === "gossip") {
      this.received.set(dest, (this.received.get(dest) ?? 0) + dotCount(body.dots));
      const ack = { incarnation: body.incarnation, ranges: [[body.base, body.number]], held: 0 };
      this.answer(dest, { type: "gossip_ok", incarnation: 1, ack });
    } else if (body.type === "probe")
      this.answer(dest, { type: "probe_ok", incarnation: 1, of: body.incarnation, number: body.number, held: 0 });
  }

  private answer(from: string, body: object): void {
    this.write(`${JSON.stringify({ src: from, dest: "n0", body })}\n`);
  }

  private write(text: string | Buffer): void {
    this.process.stdin?.write(text);
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      if (this.process.exitCode !== null) throw new Error(`the process exited with ${this.process.exitCode}`);
    }
  }

  /** CPU time of the process so far, in ms: of all its threads, V8's among them. 0 where the kernel has no /proc. */
  private cpu(): number {
    const folder = `/proc/${this.process.pid}/task`;
    try {
      const times = readdirSync(folder).map((id) => readFileSync(`${folder}/${id}/schedstat`, "latin1").split(" ")[0]);
      return times.reduce((sum, time) => sum + Number(time), 0) / 1e6;
    } catch {
      return 0;
    }
  }
}

/**
 * Parses a message, but for its values if they come last: they are numbers, millions in all, and a process that parses them feeds
 * the other one late.
 */
function parseEnvelope(line: Buffer): Envelope {
  const start = line.indexOf(VALUES);
  const isLast = start !== -1 && line.indexOf('"', start + VALUES.length) === -1;
  return JSON.parse(isLast ? `${line.toString("utf8", 0, start)}}}` : line.toString());
}

function request(body: object): string {
  return `${JSON.stringify({ src: CLIENT, dest: "n0", body })}\n`;
}
