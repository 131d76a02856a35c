import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { addressOf, MemoryMemberChannels } from "../../src/adapters/memory-network/memory-member-channels.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { GossipMembership } from "../../src/application/membership/gossip-membership.js";
import type { MemberMessage } from "../../src/domain/membership/member-message.js";
import type { AddressBook } from "../../src/domain/ports/member-channel.js";
import { RecordingLog } from "../application/recording-ports.js";

/** A node of a test: a membership without an engine. */
export interface TestMember {
  readonly id: string;
  readonly membership: GossipMembership;
  readonly log: RecordingLog;
  /** Every list of members that it was told, the latest last; empty until it has joined. Of many members, the latest alone. */
  readonly views: (readonly string[])[];
}

interface Start {
  readonly seeds?: readonly string[];
  readonly address?: string;
  /** How far its clock is behind, in ms. */
  readonly behind?: number;
  readonly book?: AddressBook;
}

/** An address book in memory. */
export class MemoryBook implements AddressBook {
  constructor(public addresses: readonly string[] = []) {}

  load(): readonly string[] {
    return this.addresses;
  }

  save(addresses: readonly string[]): void {
    this.addresses = addresses;
  }
}

/** Members that find one another by address, on one fake clock. Times in ms. */
export class MemberCluster {
  readonly clock = new FakeClock();
  readonly channels: MemoryMemberChannels;
  readonly nodes = new Map<string, TestMember>();
  /** Messages so far. */
  readonly sent: { readonly from: string; readonly to: string; readonly body: MemberMessage; readonly at: number }[] =
    [];
  /** Sides of a partition by member; members of different sides do not reach one another. */
  readonly sides = new Map<string, number>();
  /** Number of messages so far. */
  messages = 0;
  private readonly random: SeededRandom;
  private readonly isLarge: boolean;

  /** @param isLarge whether nothing is kept of the past but the number of messages */
  constructor({ seed = 1, latency = 10, isLarge = false } = {}) {
    this.isLarge = isLarge;
    this.random = new SeededRandom(seed);
    this.channels = new MemoryMemberChannels(this.clock, (from, to) =>
      this.sides.get(from) === this.sides.get(to) ? latency : undefined,
    );
    this.channels.onSend = (from, to, body) => {
      this.messages++;
      if (!isLarge) this.sent.push({ from, to, body: body as MemberMessage, at: this.clock.now() });
    };
  }

  start(id: string, { seeds = [], address = addressOf(id), behind = 0, book }: Start = {}): TestMember {
    const log = new RecordingLog();
    const { clock } = this;
    const membership = new GossipMembership(
      {
        channel: this.channels.attach(id, address),
        clock,
        random: this.random.fork(),
        timeOfDay: () => 1_700_000_000_000 + clock.now() - behind,
        log,
        ...(book && { book }),
      },
      seeds,
    );
    const member: TestMember = { id, membership, log, views: [] };
    this.nodes.set(id, member);
    const see = (members: readonly string[]) => {
      if (this.isLarge) member.views.length = 0;
      member.views.push(members);
    };
    void membership.join(see).then(see);
    return member;
  }

  /** A cluster `n0`, `n1`, …, which all have joined by `n0`. */
  static async of(size: number, options: { seed?: number; latency?: number } = {}): Promise<MemberCluster> {
    const cluster = new MemberCluster(options);
    cluster.start("n0");
    await cluster.run(100);
    for (let index = 1; index < size; index++) {
      cluster.start(`n${index}`, { seeds: [addressOf("n0")] });
      await cluster.run(20);
    }
    await cluster.run(60_000);
    return cluster;
  }

  leave(id: string): void {
    void this.nodes.get(id)?.membership.leave();
    this.nodes.delete(id);
    this.channels.end(addressOf(id));
  }

  /** A process is killed, or, with `isSilent`, its host vanishes. */
  die(id: string, isSilent = false): void {
    this.nodes.delete(id);
    this.channels.end(addressOf(id), isSilent);
  }

  /** The connection between two members breaks. */
  disconnect(one: string, other: string): void {
    this.channels.disconnect(addressOf(one), addressOf(other));
  }

  /** Lets the time pass, and what waits for a promise go on. */
  async run(duration: number): Promise<void> {
    for (let passed = 0; passed < duration; passed += 50) {
      this.clock.advance(Math.min(50, duration - passed));
      await Promise.resolve();
    }
  }

  /** The present members, as each node sees them. */
  views(): Record<string, string> {
    return Object.fromEntries([...this.nodes].map(([id, { membership }]) => [id, idsOf(membership).join(" ")]));
  }

  view(id: string): string[] {
    const node = this.nodes.get(id);
    return node === undefined ? [] : idsOf(node.membership);
  }
}

function idsOf(membership: GossipMembership): string[] {
  return membership.details().map(({ id }) => id);
}
