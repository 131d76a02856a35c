import { FakeClock } from "../../adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import type { Settings } from "../../application/settings/settings.js";
import { composeBroadcastNode } from "../../composition/node.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import { type BreakageName, brokenNode, copiesOf } from "../simulation/breakages.js";
import type { BrokenPromise } from "./broken-promise.js";
import type { Pasts } from "./pasts.js";
import type { FlyingMessage } from "./step.js";

interface ExploredNodeDeps {
  readonly index: number;
  readonly members: readonly string[];
  readonly settings: Settings;
  readonly pasts: Pasts;
  readonly breakage: BreakageName | undefined;
}

interface ExploredNodeEvents {
  readonly sent: (message: FlyingMessage) => void;
  readonly acknowledged: (value: number) => void;
  readonly learned: (value: number) => void;
}

/** A member with a clock of its own, which moves only when something happens to the member. */
export class ExploredNode {
  /** Number of everything that has happened to this member; see `Pasts`. */
  past: number;
  known = new Set<number>();
  readonly unanswered = new Set<number>();
  private clock = new FakeClock();
  private node: BroadcastNode | undefined;
  private seen = 0;
  private lives = 0;
  private sentNow = 0;

  constructor(
    private readonly deps: ExploredNodeDeps,
    private readonly events: ExploredNodeEvents,
  ) {
    this.past = deps.pasts.after(0, this.id);
  }

  get index(): number {
    return this.deps.index;
  }

  get id(): string {
    return this.deps.members[this.deps.index] as string;
  }

  get isAlive(): boolean {
    return this.node !== undefined;
  }

  /** By its own clock, in ms. */
  get now(): number {
    return this.clock.now();
  }

  /** When its next timer is due, in ms. */
  get nextDue(): number | undefined {
    return this.isAlive ? this.clock.nextDue() : undefined;
  }

  /** A process starts, and gets its topology at once. */
  begin(at: number): void {
    const { members, settings, index } = this.deps;
    this.clock = new FakeClock();
    this.clock.advance(at);
    this.lives++;
    const life = this.lives;
    const transport = {
      maxMessageBytes: 2 ** 23,
      send: (to: string, body: object) => {
        if (life !== this.lives || !this.isAlive) return;
        for (let copies = copiesOf(this.deps.breakage, body); copies > 0; copies--)
          this.send(members.indexOf(to), body);
      },
      onMessage: () => {},
      close: async () => {},
    };
    const random = new SeededRandom(1 + index);
    const ports = { transport, clock: this.clock, random, log: { event: () => {} } };
    const node = composeBroadcastNode(settings, ports, { self: this.id, members }, 1_000_000 * life + index);
    this.node = brokenNode(node, this.deps.breakage);
    this.node.start(new Map());
  }

  receive(message: FlyingMessage, at: number): void {
    this.clock.advance(at - this.clock.now());
    this.node?.receive(this.deps.members[message.from] as string, message.body);
  }

  request(value: number, at: number): void {
    this.clock.advance(at - this.clock.now());
    this.unanswered.add(value);
    this.node?.broadcast(value, () => {
      this.unanswered.delete(value);
      this.events.acknowledged(value);
    });
  }

  runTimers(): void {
    this.clock.advance((this.clock.nextDue() as number) - this.clock.now());
  }

  die(): void {
    this.node = undefined;
    this.seen = 0;
    this.known = new Set();
    this.unanswered.clear();
  }

  /** Looks at what a read shows now. */
  observe(): BrokenPromise | undefined {
    const values = this.node?.values() ?? [];
    if (values.length < this.seen)
      return { invariant: "shrunk-read", problem: `${this.id} shows ${values.length} values after ${this.seen}` };
    for (; this.seen < values.length; this.seen++) {
      const value = values[this.seen] as number;
      if (this.known.has(value)) return { invariant: "duplicate", problem: `${this.id} shows ${value} twice` };
      this.known.add(value);
      this.events.learned(value);
    }
    return undefined;
  }

  /** Notes what is about to happen to the member. */
  happens(event: string): void {
    this.past = this.deps.pasts.after(this.past, event);
    this.sentNow = 0;
  }

  private send(to: number, body: object): void {
    const id = this.deps.pasts.message(this.past, this.sentNow++);
    this.events.sent({ id, from: this.index, to, body, sentAt: this.now });
  }
}
