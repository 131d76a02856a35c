import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { type Flight, MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { PresetName } from "../../../src/application/settings/presets.js";
import { resolveSettings } from "../../../src/application/settings/settings.js";
import { composeBroadcastNode } from "../../../src/composition/node.js";
import { INCARNATION } from "../../../src/domain/config.js";
import type { BroadcastNode } from "../../../src/domain/ports/broadcast-node.js";
import type { Clock } from "../../../src/domain/ports/clock.js";
import type { Transport } from "../../../src/domain/ports/transport.js";

/** Time at which the first processes start, in ms: incarnations are times. */
const EPOCH = 1_000_000;

interface Options {
  readonly size: number;
  readonly preset: PresetName;
  readonly fanOut: number;
  readonly seed: number;
  /** One-way latency of every message, in ms. */
  readonly latency: number;
}

/** A cluster without journals whose processes can be killed at any moment, and started again. */
export class MortalCluster {
  readonly clock = new FakeClock();
  readonly members: readonly string[];
  /** Whether a message is lost. */
  isLost: (flight: Flight) => boolean = () => false;
  private readonly nodes = new Map<string, BroadcastNode>();
  private readonly network: MemoryNetwork;
  private readonly random: SeededRandom;

  constructor(private readonly options: Options) {
    this.random = new SeededRandom(options.seed);
    this.network = new MemoryNetwork(this.clock, (flight) => (this.isLost(flight) ? undefined : options.latency));
    this.members = Array.from({ length: options.size }, (_, index) => `n${index}`);
    for (const member of this.members) this.start(member);
  }

  /** Starts a process of the member; without a journal it knows nothing. */
  start(self: string): void {
    const { preset, fanOut } = this.options;
    const attached = this.network.attach(self);
    const isAlive = () => this.nodes.get(self) === node;
    const clock: Clock = {
      now: () => this.clock.now(),
      schedule: (delay, task) => this.clock.schedule(delay, () => isAlive() && task()),
    };
    const transport: Transport = { ...attached, send: (to, body) => isAlive() && attached.send(to, body) };
    const node: BroadcastNode = composeBroadcastNode(
      resolveSettings({ preset, fanOut }),
      { transport, clock, random: this.random.fork(), log: { event: () => {} } },
      { self, members: this.members },
      INCARNATION.perMillisecond * (EPOCH + Math.floor(this.clock.now())) + this.members.indexOf(self),
    );
    this.nodes.set(self, node);
    attached.onMessage((from, body) => isAlive() && node.receive(from, body));
    node.start(new Map());
  }

  /** Ends the process of a member, without a word. */
  kill(member: string): void {
    this.nodes.delete(member);
  }

  /** Gives a value to a member, unless it is dead. */
  broadcast(member: string, value: string): void {
    this.nodes.get(member)?.broadcast(value, () => {}, { nodes: 1, timeout: 0 });
  }

  /** The living members that lack a value which a living member has. */
  lacking(value: string): readonly string[] {
    const living = [...this.nodes];
    if (!living.some(([, node]) => node.has(value))) return [];
    return living.flatMap(([id, node]) => (node.has(value) ? [] : [id]));
  }
}
