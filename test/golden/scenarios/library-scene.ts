import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryAnnouncements } from "../../../src/adapters/memory-network/memory-announcements.js";
import { MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { AnnouncementChannel } from "../../../src/domain/ports/membership.js";
import {
  type BroadcastOptions,
  createNode,
  HeartbeatMembership,
  type NodeOptions,
  type TidecastNode,
} from "../../../src/library/index.js";
import { NodeClock } from "../../../src/workbench/virtual-cluster/node-clock.js";
import type { Conversation } from "../conversation.js";

type Options = Partial<NodeOptions<string>>;

/** One life of a member. */
interface Life {
  readonly clock: NodeClock;
  readonly node: Promise<TidecastNode<string>>;
}

const LATENCY = 40;

/** Nodes of an application on a fake clock, and all that they say. Without a list of members they find one another. */
export class LibraryScene {
  private readonly clock = new FakeClock();
  /** The share of messages that are lost, of 1. */
  loss = 0;
  /** Members that nothing reaches, and that reach nobody. */
  readonly cutOff = new Set<string>();
  private readonly lives = new Map<string, Life>();
  private readonly random = new SeededRandom(13);
  private readonly chance = this.random.fork();
  private readonly network = new MemoryNetwork(this.clock, ({ from, to }) => this.latency(from, to));
  private readonly announcements = new MemoryAnnouncements(this.clock, (from, to) => this.latency(from, to));
  private incarnation = 0;

  constructor(
    private readonly conversation: Conversation,
    private readonly options: Options,
  ) {
    conversation.now = () => this.clock.now();
    this.network.onSend = ({ from, to, body }) => conversation.message(from, to, body);
  }

  come(...ids: readonly string[]): void {
    for (const id of ids) this.begin(id);
  }

  /** Closes the nodes: they send what is pending, and say goodbye. */
  leave(...ids: readonly string[]): void {
    for (const id of ids) {
      void this.lives.get(id)?.node.then((node) => node.close());
      this.lives.delete(id);
    }
  }

  /** The node is gone without a word. */
  die(id: string): void {
    this.lives.get(id)?.clock.die();
    this.lives.delete(id);
    this.network.attach(id).onMessage(() => {});
  }

  broadcast(id: string, value: string, options: BroadcastOptions = {}): void {
    const told = (what: object) => this.conversation.told(id, { value, ...what });
    void this.lives.get(id)?.node.then((node) =>
      node.broadcast(value, options).then(
        () => told({ type: "resolved" }),
        (error: Error) => {
          told({ type: "rejected", name: error.name });
          this.conversation.line(id, error.message);
        },
      ),
    );
  }

  /** Lets the time pass, in steps of so many ms, each to the end of what was promised. */
  async run(duration: number, step = 10): Promise<void> {
    for (let passed = 0; passed < duration; passed += step) {
      this.clock.advance(step);
      await new Promise(setImmediate);
    }
  }

  /** Notes how every node stands. */
  async lookAround(): Promise<void> {
    for (const [id, { node }] of this.lives) {
      // What later versions added to the figures says nothing new about the conversation.
      const { members: _, isReady: __, dropped: ___, waiting: ____, lags: _____, ...stats } = (await node).stats();
      this.conversation.told(id, { type: "stats", ...stats, holds: (await node).values().length });
    }
  }

  private begin(id: string): void {
    const clock = new NodeClock({ clock: this.clock, random: this.random.fork() });
    const log = { line: (text: string) => this.conversation.line(id, text) };
    const node = createNode<string>({
      members: this.membership(id, clock),
      clock,
      log,
      random: this.random.fork(),
      incarnation: ++this.incarnation,
      ...this.options,
      id,
      transport: this.network.attach(id),
    });
    this.lives.set(id, { clock, node });
    void node.then((started) => {
      started.on("delivery", (delivery) => this.conversation.told(id, { type: "delivery", ...delivery }));
      started.on("missed", (missed) => this.conversation.told(id, { type: "missed", ...missed }));
    });
  }

  private membership(id: string, clock: NodeClock): HeartbeatMembership {
    const channel = this.announcements.attach(id);
    const overheard: AnnouncementChannel = {
      announce: (body) => {
        this.conversation.message(id, "all", body);
        channel.announce(body);
      },
      onAnnouncement: (hear) => channel.onAnnouncement((from, body) => clock.whenRunning(() => hear(from, body))),
      close: () => channel.close(),
    };
    const log = { line: (text: string) => this.conversation.line(id, text) };
    const timeOfDay = () => 1e12 + this.clock.now();
    const ports = { channel: overheard, clock, timeOfDay, log };
    return new HeartbeatMembership(id, ports, { interval: 1000, timeout: 5000 });
  }

  private latency(from: string, to: string): number | undefined {
    const isCut = from !== to && (this.cutOff.has(from) || this.cutOff.has(to));
    return isCut || this.chance.next() < this.loss ? undefined : LATENCY + Math.floor(20 * this.chance.next());
  }
}
