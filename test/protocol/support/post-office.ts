import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import type { ProtocolSettings } from "../../../src/application/settings/protocol-settings.js";
import { composeBroadcastNode } from "../../../src/composition/node.js";
import type { BroadcastNode } from "../../../src/domain/ports/broadcast-node.js";
import type { Clock } from "../../../src/domain/ports/clock.js";
import type { MessageListener, Transport } from "../../../src/domain/ports/transport.js";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import { testSettings } from "../../support/cluster.js";

interface Letter {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly due: number;
}

export interface PostOfficeOptions {
  readonly size: number;
  readonly settings: Partial<ProtocolSettings>;
  readonly seed: number;
  /** Probability that a letter is lost, and that it comes twice. */
  readonly loss?: number;
  readonly repeat?: number;
  /** Letters take 100 ms and up to this much more, in ms, so that they overtake one another. */
  readonly jitter?: number;
  /** By how much the clock of the member with this index is ahead, in ms. */
  readonly offset?: (index: number) => number;
}

/**
 * A cluster on a second transport that shares no code with the memory network: one queue of written letters, handed out
 * every millisecond. Loses, repeats and delays as it is told, and gives each member a clock of its own.
 */
export class PostOffice {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  /** What left when. */
  readonly log: { at: number; from: string; to: string; type: string }[] = [];
  private readonly nodes = new Map<string, BroadcastNode>();
  private readonly listeners = new Map<string, MessageListener>();
  private readonly random: SeededRandom;
  private queue: Letter[] = [];

  constructor(private readonly options: PostOfficeOptions) {
    this.random = new SeededRandom(options.seed);
    const members = Array.from({ length: options.size }, (_, index) => `n${index}`);
    members.forEach((self, index) => {
      const transport = this.transportOf(self);
      const node = composeBroadcastNode(
        { ...testSettings, ...options.settings },
        {
          transport,
          clock: ahead(this.clock, options.offset?.(index) ?? 0),
          random: this.random.fork(),
          log: { event: ({ text }) => this.lines.push(`${self}: ${text}`) },
        },
        { self, members },
        1,
      );
      this.nodes.set(self, node);
      transport.onMessage((from, body) => node.receive(from, body));
    });
    for (const node of this.nodes.values()) node.start(new Map());
  }

  broadcast(member: string, value: JsonValue): void {
    this.nodes.get(member)?.broadcast(value, () => {});
  }

  /** Lets the time pass, in steps of 1 ms. */
  run(duration: number): void {
    for (let step = 0; step < duration; step++) {
      this.clock.advance(1);
      const now = this.clock.now();
      const due = this.queue.filter((letter) => letter.due <= now);
      this.queue = this.queue.filter((letter) => letter.due > now);
      for (const { from, to, text } of due) this.listeners.get(to)?.(from, JSON.parse(text));
    }
  }

  /** What each member has. */
  values(): (readonly JsonValue[])[] {
    return [...this.nodes.values()].map((node) => node.values());
  }

  private transportOf(self: string): Transport {
    return {
      maxMessageBytes: 2 ** 20,
      send: (to, body) => this.post(self, to, body),
      onMessage: (listener) => {
        this.listeners.set(self, listener);
      },
      close: async () => {},
    };
  }

  private post(from: string, to: string, body: object): void {
    const { loss = 0, repeat = 0, jitter = 0 } = this.options;
    const at = this.clock.now();
    this.log.push({ at, from, to, type: (body as { type: string }).type });
    const copies = this.random.next() < loss ? 0 : this.random.next() < repeat ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      this.queue.push({ from, to, text: JSON.stringify(body), due: at + 100 + jitter * this.random.next() });
  }
}

function ahead(clock: FakeClock, offset: number): Clock {
  return { now: () => clock.now() + offset, schedule: (delay, task) => clock.schedule(delay, task) };
}
