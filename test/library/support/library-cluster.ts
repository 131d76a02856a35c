import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { type Crash, MemoryJournals } from "../../../src/adapters/memory-journal/memory-journals.js";
import { type Flight, MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import {
  createNode,
  type Delivery,
  type Missed,
  type NodeOptions,
  type TidecastNode,
} from "../../../src/library/index.js";

/** The events of a node since its start. */
interface Told<Value> {
  readonly deliveries: Delivery<Value>[];
  readonly missed: Missed[];
  readonly lines: string[];
}

/** Nodes as an application makes them, on one fake clock, with a network that can lose, double and cut. */
export class LibraryCluster<Value = JsonValue> {
  readonly clock = new FakeClock();
  readonly nodes = new Map<string, TidecastNode<Value>>();
  readonly told = new Map<string, Told<Value>>();
  /** Shares of lost and duplicated messages, between 0 and 1. */
  chaos = { loss: 0, duplication: 0 };
  /** Members that are cut off in both directions. */
  readonly cutOff = new Set<string>();
  /** The members' journals, if they have any. */
  readonly journals = new MemoryJournals(this.clock);
  private readonly random = new SeededRandom(7);
  private readonly network: MemoryNetwork;
  private readonly members: readonly string[];
  private lives = 0;
  /** Ends the present life of each member. */
  private readonly ends = new Map<string, () => void>();

  constructor(
    size: number,
    private readonly options: Partial<NodeOptions<Value>> = {},
    private readonly withJournals = false,
  ) {
    this.members = Array.from({ length: size }, (_, index) => `n${index}`);
    this.network = new MemoryNetwork(this.clock, (flight) => this.latency(flight));
  }

  /** Starts every node. */
  async start(): Promise<this> {
    for (const id of this.members) await this.startNode(id);
    return this;
  }

  /** @param members its list of members, if it is another one */
  async startNode(id: string, members: readonly string[] = this.members): Promise<TidecastNode<Value>> {
    const told: Told<Value> = { deliveries: [], missed: [], lines: [] };
    let isOver = false;
    this.ends.set(id, () => {
      isOver = true;
    });
    const clock = {
      now: () => this.clock.now(),
      schedule: (delay: number, task: () => void) => this.clock.schedule(delay, () => isOver || task()),
    };
    const transport = this.network.attach(id);
    const { send } = transport;
    transport.send = (to, body) => isOver || send(to, body);
    const node = await createNode<Value>({
      budget: "eager",
      clock,
      ...(this.withJournals && { journal: this.journals.open }),
      random: this.random.fork(),
      log: { line: (text) => told.lines.push(text) },
      incarnation: ++this.lives,
      ...this.options,
      id,
      members,
      transport,
    });
    node.on("delivery", (delivery) => told.deliveries.push(delivery));
    node.on("missed", (missed) => told.missed.push(missed));
    this.nodes.set(id, node);
    this.told.set(id, told);
    return node;
  }

  /** The member is gone at once: records that its journal has not written are lost. */
  crash(id: string, crash: Crash = {}): void {
    this.ends.get(id)?.();
    this.network.attach(id);
    this.journals.crash(id, crash);
  }

  node(id: string): TidecastNode<Value> {
    return this.nodes.get(id) as TidecastNode<Value>;
  }

  toldTo(id: string): Told<Value> {
    return this.told.get(id) as Told<Value>;
  }

  /** Lets the time pass, in ms. */
  run(duration: number): void {
    this.clock.advance(duration);
  }

  /** A time for each copy that arrives, in ms. */
  private latency({ from, to }: Flight): number[] {
    if (this.cutOff.has(from) || this.cutOff.has(to) || this.random.next() < this.chaos.loss) return [];
    const copies = this.random.next() < this.chaos.duplication ? 2 : 1;
    return Array.from({ length: copies }, () => 10 + 20 * this.random.next());
  }
}
