import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import type { ProtocolSettings } from "../../src/application/settings/protocol-settings.js";
import { composeBroadcastNode } from "../../src/composition/node.js";
import type { Digest, Gossip, PeerMessage, RoundSchedule } from "../../src/domain/messages.js";
import type { BroadcastNode, ReplicaOptions } from "../../src/domain/ports/broadcast-node.js";
import type { Journal } from "../../src/domain/ports/journal.js";
import type { WireVector } from "../../src/domain/values/version-vector.js";
import { RecordingTransport } from "../domain/support/stubs.js";
import { testSettings } from "./cluster.js";

/** A message that the node sent. */
export interface Sent {
  /** In ms by the node's clock. */
  readonly at: number;
  readonly to: string;
  readonly body: PeerMessage;
}

/** Options of a node before it starts. */
export interface LoneNodeOptions {
  readonly self: string;
  /** Number of members, named `n0` and so on. */
  readonly size: number;
  readonly settings?: Partial<ProtocolSettings>;
  /** Whether its topology is there from the beginning. Default: true. */
  readonly isStarted?: boolean;
  readonly replica?: ReplicaOptions;
  /** An empty journal. Default: values count as durable at once. */
  readonly journal?: Journal;
}

/** One node on a fake clock. The test plays all the others, and sees all messages of the node. */
export class LoneNode {
  readonly clock = new FakeClock();
  readonly sent: Sent[] = [];
  /** Its log lines. */
  readonly lines: string[] = [];
  readonly node: BroadcastNode;

  constructor({ self, size, settings, isStarted = true, replica, journal }: LoneNodeOptions) {
    const transport = new RecordingTransport();
    transport.send = (to, body) => this.sent.push({ at: this.clock.now(), to, body: body as PeerMessage });
    this.node = composeBroadcastNode(
      { ...testSettings, ...settings },
      {
        transport,
        clock: this.clock,
        random: new SeededRandom(1),
        log: { event: ({ text }) => this.lines.push(text) },
        ...(journal && {
          openJournal: () => ({ journal, records: [], incarnation: 1, hasLivedBefore: false, problems: [] }),
        }),
      },
      { self, members: Array.from({ length: size }, (_, index) => `n${index}`) },
      1,
      replica,
    );
    if (isStarted) this.node.start(new Map());
  }

  /** Another member, in one of its lives. */
  peer(id: string, incarnation = 1): Peer {
    return new Peer(this, id, incarnation);
  }

  accept(...values: string[]): void {
    for (const value of values) this.node.broadcast(value, () => {});
  }

  /** Lets the time pass, in ms. */
  run(duration: number): void {
    this.clock.advance(duration);
  }

  /**
   * Lets the time pass until the node takes the member for silent.
   * @throws {Error} if it does not within 10 s
   */
  runUntilSuspected(member: string): void {
    for (let passed = 0; !this.node.status().suspects.includes(member); passed += 10) {
      if (passed >= 10_000) throw new Error(`${member} is not suspected within 10 s`);
      this.run(10);
    }
  }

  /** Its messages of this type, to this member or to all. */
  sentOf<T extends PeerMessage["type"]>(type: T, to?: string): (Sent & { body: Extract<PeerMessage, { type: T }> })[] {
    return this.sent.filter(
      (message): message is Sent & { body: Extract<PeerMessage, { type: T }> } =>
        message.body.type === type && (to === undefined || message.to === to),
    );
  }

  /** The values that it has sent to the member, in order. */
  valuesTo(to: string): unknown[] {
    return this.sentOf("gossip", to).flatMap(({ body }) => body.values);
  }
}

/** One life of another member, as the test plays it. */
export class Peer {
  private messages = 0;
  private accepted = 0;

  constructor(
    private readonly lone: LoneNode,
    readonly id: string,
    readonly incarnation: number,
  ) {}

  says(body: PeerMessage): void {
    this.lone.node.receive(this.id, body);
  }

  /** Sends values that a client has just given it. */
  gossips(values: readonly string[] = [], more: Partial<Gossip> = {}): void {
    const first = this.accepted + 1;
    this.accepted += values.length;
    this.says({
      type: "gossip",
      values,
      dots: values.length === 0 ? [] : [[`${this.id}@${this.incarnation}`, first, values.length]],
      ages: values.length === 0 ? [] : [0],
      incarnation: this.incarnation,
      number: ++this.messages,
      base: 1,
      ...more,
    });
  }

  /**
   * Acknowledges all messages of the node so far, including their rounds if they have any.
   * @param held time that it has held the last of them, in ms
   */
  acknowledges(round?: RoundSchedule, held = 0): void {
    const numbers = this.lone.sentOf("gossip", this.id).map(({ body }) => body.number);
    this.says({
      type: "gossip_ok",
      incarnation: this.incarnation,
      ack: { incarnation: 1, ranges: [[1, Math.max(...numbers)]], held },
      ...(round && { round }),
    });
  }

  /** Tells all that it has. */
  digests(vector: WireVector, more: Partial<Digest> = {}): void {
    this.says({ type: "digest", incarnation: this.incarnation, vector, reply: false, ...more });
  }
}
