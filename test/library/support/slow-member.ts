import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { CancelTask, Clock } from "../../../src/domain/ports/clock.js";
import { createNode, type NodeOptions, type TidecastNode } from "../../../src/library/index.js";
import { Liveness } from "../../../src/workbench/model/liveness.js";

/** Latency of every message, in ms. */
const LATENCY = 5;

/** The process of a member. While it is busy it neither runs timers nor reads messages; then, as Node does, it runs timers first. */
class MemberProcess extends Liveness implements Clock {
  private isBusy = false;

  constructor(private readonly clock: FakeClock) {
    super();
  }

  now(): number {
    return this.clock.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    let isCancelled = false;
    const cancel = this.clock.schedule(delay, () =>
      this.whenRunning(() => {
        if (!isCancelled) task();
      }),
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  read(message: () => void): void {
    if (this.isBusy) this.whenRunning(() => this.clock.schedule(1, message));
    else message();
  }

  /** @param duration in ms */
  beBusy(duration: number): void {
    this.isBusy = true;
    this.pause();
    this.clock.schedule(duration, () => {
      this.isBusy = false;
      this.resume();
    });
  }
}

/** Nodes in virtual time. One of them takes what comes at a fixed rate, first in, first out, from all senders together. */
export class ClusterWithSlowMember {
  readonly clock = new FakeClock();
  readonly nodes: TidecastNode<string>[] = [];
  readonly processes: MemberProcess[] = [];
  readonly lines: string[] = [];
  /** When the slow member has taken all that was sent to it, in ms. */
  private busyUntil = 0;
  /** The most bytes that were on their way to the slow member. */
  mostQueued = 0;
  /** Bytes on their way to the slow member. */
  queued = 0;
  /** Whether the slow member takes nothing at all. */
  isSilent = false;

  /**
   * @param rate bytes that the last member takes per ms
   * @param knowsConnections whether the transports say that all members are connected, as TCP can do
   */
  constructor(
    readonly members: readonly string[],
    private readonly rate: number,
    private readonly knowsConnections = false,
  ) {}

  async start(options: Partial<NodeOptions<string>>): Promise<this> {
    const random = new SeededRandom(11);
    const { clock, members } = this;
    const slow = members.at(-1);
    const network = new MemoryNetwork(clock, ({ from, to, body }) => {
      if (this.isSilent && (to === slow || from === slow)) return undefined;
      if (to !== slow) return LATENCY;
      const bytes = JSON.stringify(body).length;
      this.busyUntil = Math.max(this.busyUntil, clock.now()) + bytes / this.rate;
      this.queued += bytes;
      this.mostQueued = Math.max(this.mostQueued, this.queued);
      clock.schedule(this.busyUntil - clock.now(), () => {
        this.queued -= bytes;
      });
      return LATENCY + this.busyUntil - clock.now();
    });
    for (const id of members) {
      const process = new MemberProcess(clock);
      const transport = network.attach(id);
      this.processes.push(process);
      this.nodes.push(
        await createNode<string>({
          id,
          members,
          transport: {
            ...transport,
            onMessage: (listener) => transport.onMessage((from, body) => process.read(() => listener(from, body))),
            ...(this.knowsConnections && { isConnected: () => true }),
          },
          clock: process,
          random: random.fork(),
          incarnation: 1,
          identity: "event",
          log: { line: (text) => this.lines.push(`${id}: ${text}`) },
          ...options,
        }),
      );
    }
    return this;
  }

  /** Lets the time pass, with the continuations of promises in between. */
  async run(duration: number, step = 10): Promise<void> {
    for (let passed = 0; passed < duration; passed += step) {
      this.clock.advance(step);
      await new Promise((done) => setImmediate(done));
    }
  }
}
