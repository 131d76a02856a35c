import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { type Flight, MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import type { ProtocolSettings } from "../../src/application/settings/protocol-settings.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { PeerMessage } from "../../src/domain/messages.js";
import type { BroadcastNode } from "../../src/domain/ports/broadcast-node.js";
import type { LogEvent } from "../../src/domain/ports/log.js";
import type { JsonValue } from "../../src/domain/values/json-value.js";
import type { WriteConcern } from "../../src/domain/write-concern/write-concern.js";

/** A message as the test saw it leave. */
export interface SentMessage extends Flight {
  readonly at: number;
  readonly body: PeerMessage;
}

/** A whole cluster on one fake clock. Times in ms. */
export interface TestCluster {
  readonly clock: FakeClock;
  readonly nodes: ReadonlyMap<string, BroadcastNode>;
  /** Every message between nodes so far. */
  readonly sent: readonly SentMessage[];
  /** The log lines of the nodes. */
  readonly lines: readonly string[];
  /** Gives `value` to a node, as a client would. */
  broadcast(node: string, value: JsonValue): void;
  /** Lets the time pass. */
  run(duration: number): void;
  /** Broadcasts 0, 1, 2, … at random nodes, at random times, `rate` per second; returns their number. */
  load(rate: number, duration: number): number;
  /** True latencies of all values so far, sorted: from acceptance to storage on the last node; `Infinity` if it never came. */
  latencies(): number[];
}

export interface ClusterOptions {
  readonly size: number;
  readonly settings: Partial<ProtocolSettings>;
  /** One-way latency of a message in ms; `undefined` loses it. */
  readonly latency?: (flight: Flight, random: SeededRandom) => number | undefined;
  readonly seed?: number;
  readonly topology?: ReadonlyMap<string, readonly string[]>;
  /** The write concern of each broadcast; it only causes messages. Default: this node alone. */
  readonly assurance?: WriteConcern;
}

export const testSettings: ProtocolSettings & { readonly guard: number } = {
  mode: "rounds",
  tree: "members",
  fanOut: 32,
  window: 100,
  batchSize: 64,
  antiEntropyInterval: 500,
  median: 1060,
  max: 1950,
  guard: 40,
  acknowledgementDelay: 6000,
};

/** Starts a cluster of `n0`, `n1`, …, all with their topology, at time 0. */
export function startCluster({
  size,
  settings,
  latency = () => 100,
  seed = 1,
  topology,
  assurance,
}: ClusterOptions): TestCluster {
  const clock = new FakeClock();
  const random = new SeededRandom(seed);
  const sent: SentMessage[] = [];
  const lines: string[] = [];
  const chance = random.fork();
  const network = new MemoryNetwork(clock, (flight) => latency(flight, chance));
  network.onSend = (flight) => sent.push({ ...flight, at: clock.now(), body: flight.body as PeerMessage });
  const members = Array.from({ length: size }, (_, index) => `n${index}`);
  const acceptedAt = new Map<JsonValue, number>();
  const storedAt = new Map<JsonValue, { count: number; last: number }>();
  const nodes = new Map<string, BroadcastNode>();
  const seen = new Map<string, number>();
  const observe = (id: string) => {
    const values = (nodes.get(id) as BroadcastNode).values();
    for (let index = seen.get(id) ?? 0; index < values.length; index++) {
      const value = values[index] as JsonValue;
      const { count } = storedAt.get(value) ?? { count: 0 };
      storedAt.set(value, { count: count + 1, last: clock.now() });
    }
    seen.set(id, values.length);
  };
  for (const id of members) {
    const transport = network.attach(id);
    const log = { event: ({ text }: LogEvent) => lines.push(`${id}: ${text}`) };
    const node = composeBroadcastNode(
      { ...testSettings, ...settings },
      { transport, clock, random: random.fork(), log },
      { self: id, members },
      1,
    );
    nodes.set(id, node);
    transport.onMessage((from, body) => {
      node.receive(from, body);
      observe(id);
    });
    node.start(topology ?? new Map());
  }
  let next = 0;
  const broadcast = (id: string, value: JsonValue) => {
    acceptedAt.set(value, clock.now());
    nodes.get(id)?.broadcast(value, () => {}, assurance);
    observe(id);
  };
  return {
    clock,
    nodes,
    sent,
    lines,
    broadcast,
    run: (duration) => clock.advance(duration),
    load: (rate, duration) => {
      const end = clock.now() + duration;
      let count = 0;
      for (;;) {
        const gap = (-Math.log(1 - chance.next()) * 1000) / rate;
        if (clock.now() + gap > end) break;
        clock.advance(gap);
        broadcast(`n${Math.floor(chance.next() * size)}`, next++);
        count++;
      }
      clock.advance(end - clock.now());
      return count;
    },
    latencies: () =>
      [...acceptedAt]
        .map(([value, at]) => {
          const stored = storedAt.get(value);
          return stored?.count === size ? stored.last - at : Number.POSITIVE_INFINITY;
        })
        .sort((a, b) => a - b),
  };
}

/** The element at floor(n·q) of sorted numbers. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number;
}
