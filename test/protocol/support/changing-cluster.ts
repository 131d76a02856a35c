import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryAnnouncements } from "../../../src/adapters/memory-network/memory-announcements.js";
import { type Flight, MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { HeartbeatMembership } from "../../../src/application/membership/heartbeat-membership.js";
import type { ProtocolSettings } from "../../../src/application/settings/protocol-settings.js";
import { composeBroadcastNode } from "../../../src/composition/node.js";
import type { BroadcastNode } from "../../../src/domain/ports/broadcast-node.js";
import type { LogEvent } from "../../../src/domain/ports/log.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import { testSettings } from "../../support/cluster.js";

/** One life of a member. */
export interface Life {
  readonly id: string;
  readonly node: BroadcastNode;
  /** Whom it sees, in order. */
  members: readonly string[];
}

export interface ChangingClusterOptions {
  readonly settings?: Partial<ProtocolSettings>;
  readonly seed?: number;
  /** One-way latency of a message or an announcement in ms; `undefined` loses it. */
  readonly latency?: (flight: Pick<Flight, "from" | "to">, random: SeededRandom) => number | undefined;
}

/** A cluster on a fake clock whose members come, leave and die, and find one another by heartbeats. Times in ms. */
export class ChangingCluster {
  readonly clock = new FakeClock();
  /** Who is there, and has joined. */
  readonly lives = new Map<string, Life>();
  /** Messages between nodes so far; heartbeats are not among them. */
  readonly sent: Flight[] = [];
  readonly lines: string[] = [];
  private readonly random: SeededRandom;
  private readonly network: MemoryNetwork;
  private readonly announcements: MemoryAnnouncements;
  private readonly dead = new Set<string>();
  private readonly memberships = new Map<string, HeartbeatMembership>();
  private incarnation = 0;

  constructor(private readonly options: ChangingClusterOptions = {}) {
    this.random = new SeededRandom(options.seed ?? 1);
    const chance = this.random.fork();
    const latency = ({ from, to }: Pick<Flight, "from" | "to">) =>
      this.dead.has(from) || this.dead.has(to)
        ? undefined
        : options.latency === undefined
          ? 100
          : options.latency({ from, to }, chance);
    this.network = new MemoryNetwork(this.clock, latency);
    this.network.onSend = (flight) => this.sent.push(flight);
    this.announcements = new MemoryAnnouncements(this.clock, (from, to) => latency({ from, to }));
  }

  /** A node starts; it is a member some heartbeats later. */
  come(id: string): void {
    const log = { event: ({ text }: LogEvent) => this.lines.push(`${id}: ${text}`) };
    const { clock } = this;
    const membership = new HeartbeatMembership(
      id,
      {
        channel: this.announcements.attach(id),
        clock,
        timeOfDay: () => 1e12 + clock.now(),
        log: (event) => log.event(event),
      },
      { interval: 1000, timeout: 5000 },
    );
    this.memberships.set(id, membership);
    const incarnation = ++this.incarnation;
    const transport = this.network.attach(id);
    void membership
      .join((members) => {
        const life = this.lives.get(id);
        if (life === undefined) return;
        life.members = members;
        life.node.regroup(members);
      })
      .then((members) => {
        if (this.memberships.get(id) !== membership) return;
        const settings = { ...testSettings, ...this.options.settings };
        const ports = { transport, clock, random: this.random.fork(), log };
        const node = composeBroadcastNode(settings, ports, { self: id, members }, incarnation);
        this.lives.set(id, { id, node, members });
        transport.onMessage((from, body) => node.receive(from, body));
        node.start(new Map());
      });
  }

  /** A member sends what is pending, says goodbye, and is gone once that has left. */
  leave(id: string): void {
    this.end(id);
  }

  /** A member is gone without a word. Nobody comes back under its id. */
  die(id: string): void {
    this.dead.add(id);
    this.end(id);
  }

  isDead(id: string): boolean {
    return this.dead.has(id);
  }

  broadcast(id: string, value: JsonValue): void {
    this.lives.get(id)?.node.broadcast(value, () => {});
  }

  /** Lets the time pass, and what waits for a promise go on. */
  async run(duration: number): Promise<void> {
    for (let passed = 0; passed < duration; passed += 50) {
      this.clock.advance(Math.min(50, duration - passed));
      await Promise.resolve();
    }
  }

  /** What each member has, sorted. */
  holdings(): JsonValue[][] {
    return [...this.lives.values()].map(({ node }) => [...node.values()].sort());
  }

  private end(id: string): void {
    this.lives.get(id)?.node.stop();
    this.lives.delete(id);
    void this.memberships.get(id)?.leave();
    this.memberships.delete(id);
    this.network.attach(id).onMessage(() => {});
  }
}
