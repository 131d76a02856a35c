import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** How packets go from one host to another. */
export interface LinkShape {
  /** In ms, one way. */
  readonly delay: number;
  /** Probability that a packet is lost. */
  readonly loss: number;
  /** Whether all packets are dropped, without a notice to either end. */
  readonly isCut: boolean;
}

/** Frames since the start. */
export interface FrameCounts {
  readonly forwarded: number;
  /** Lost by chance. */
  readonly lost: number;
  /** Dropped, because the link was cut. */
  readonly cut: number;
}

const PLAIN: LinkShape = { delay: 0, loss: 0, isCut: false };

/** The switch of `switch.py`. */
export class PacketSwitch {
  private readonly shapes: LinkShape[][];
  private readonly answers: AsyncIterator<string>;

  private constructor(
    private readonly process: ChildProcessByStdio<Writable, Readable, null>,
    size: number,
  ) {
    this.shapes = Array.from({ length: size }, () => Array.from({ length: size }, () => PLAIN));
    this.answers = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  /**
   * Starts a switch; resolves once it forwards.
   * @param ports pairs `port=interface`, in the order of the hosts
   * @param seed of the packets that are lost
   */
  static async start(ports: readonly string[], seed: number): Promise<PacketSwitch> {
    const program = new URL("../../../test/hosts/network/switch.py", import.meta.url).pathname;
    const child = spawn("python3", [program, `${seed}`, ...ports], { stdio: ["pipe", "pipe", "inherit"] });
    const started = new PacketSwitch(child, ports.length);
    await started.answer();
    return started;
  }

  /** Changes all links. */
  shapeAll(shape: Partial<LinkShape>): Promise<FrameCounts> {
    return this.change(() => true, shape);
  }

  /** Cuts, or heals, the links between hosts that are not in the same group, both ways. @param groups numbers of hosts */
  async divide(...groups: readonly (readonly number[])[]): Promise<FrameCounts> {
    const groupOf = (number: number) => groups.findIndex((group) => group.includes(number));
    await this.change(() => true, { isCut: false });
    return this.change((from, to) => groupOf(from) !== groupOf(to), { isCut: true });
  }

  /** Ends all cuts. */
  heal(): Promise<FrameCounts> {
    return this.shapeAll({ isCut: false });
  }

  /** Frames since the start. */
  counts(): Promise<FrameCounts> {
    return this.apply();
  }

  /** Ends the switch. */
  async stop(): Promise<void> {
    this.process.stdin.end();
    if (this.process.exitCode === null) await once(this.process, "exit");
  }

  /** Changes the links that `isMeant`, by the numbers of their hosts. */
  private change(isMeant: (from: number, to: number) => boolean, shape: Partial<LinkShape>): Promise<FrameCounts> {
    for (const [from, row] of this.shapes.entries())
      for (const [to, present] of row.entries()) if (isMeant(from + 1, to + 1)) row[to] = { ...present, ...shape };
    return this.apply();
  }

  private apply(): Promise<FrameCounts> {
    const links = this.shapes.map((row) => row.map(({ delay, loss, isCut }) => [delay / 1000, loss, isCut]));
    this.process.stdin.write(`${JSON.stringify({ links })}\n`);
    return this.answer();
  }

  private async answer(): Promise<FrameCounts> {
    const { value, done } = await this.answers.next();
    if (done === true) throw new Error("the switch has ended; its error is above");
    return JSON.parse(value) as FrameCounts;
  }
}
