import { FakeClock } from "../../../adapters/fake-clock/fake-clock.js";
import { addressOf, MemoryMemberChannels } from "../../../adapters/memory-network/memory-member-channels.js";
import { MemoryNetwork } from "../../../adapters/memory-network/memory-network.js";
import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import { GossipMembership } from "../../../application/membership/gossip-membership.js";
import { joinCluster } from "../../../application/membership/join-cluster.js";
import { resolveSettings } from "../../../application/settings/settings.js";
import { composeBroadcastNode } from "../../../composition/node.js";
import type { BroadcastNode } from "../../../domain/ports/broadcast-node.js";
import type { CancelTask, Clock } from "../../../domain/ports/clock.js";
import { endOfMembers, type MemberEvent, type MemberScenario } from "./member-scenario.js";

/** What a simulation of members has found. */
export interface MemberOutcome {
  /** The promise that was broken; `undefined` if none was. */
  readonly problem: string | undefined;
  /** From the last event until all members agreed on who is there, in ms. */
  readonly agreement: number;
  /** Messages about members. */
  readonly messages: number;
  /** How often two clusters, or the sides of a partition, came together. */
  readonly merges: number;
}

/** One life of a node. */
interface Life {
  readonly id: string;
  readonly membership: GossipMembership;
  readonly clock: MortalClock;
  node: BroadcastNode | undefined;
  members: readonly string[];
}

/** From the last event until all members agree, in ms: a silent host is found within 90 s, and a merge may follow. */
const AGREEMENT = 180_000;
/** From then on until every member has every value, in ms. */
const CONVERGENCE = 60_000;
const STEP = 50;
const FIRST_TIME = 1_700_000_000_000;

/** Runs a cluster whose members come and go. The same scenario always gives the same outcome. */
export function simulateMembers(scenario: MemberScenario): Promise<MemberOutcome> {
  return new MemberSimulation(scenario).run();
}

class MemberSimulation {
  private readonly clock = new FakeClock();
  private readonly random: SeededRandom;
  private readonly lives = new Map<number, Life>();
  private readonly channels: MemoryMemberChannels;
  private readonly network: MemoryNetwork;
  private readonly isGone = new Set<string>();
  private messages = 0;
  private merges = 0;
  private incarnation = 0;
  private problem: string | undefined;

  constructor(private readonly scenario: MemberScenario) {
    this.random = new SeededRandom(scenario.seed ^ 0x6d656d);
    const chance = this.random.fork();
    const latency = (from: string, to: string) => {
      const travel = scenario.latency * (0.5 + chance.next() / 2);
      const isLost = chance.next() * 1000 < scenario.loss || this.isGone.has(from) || this.isGone.has(to);
      return isLost || this.isParted(from, to) ? undefined : travel;
    };
    this.channels = new MemoryMemberChannels(this.clock, latency);
    this.channels.onSend = () => {
      this.messages++;
    };
    this.network = new MemoryNetwork(this.clock, ({ from, to }) => latency(from, to));
  }

  async run(): Promise<MemberOutcome> {
    for (const event of this.scenario.events) this.clock.schedule(event.at, () => this.happen(event));
    for (const [value, { at, node }] of this.scenario.values.entries())
      this.clock.schedule(at, () => this.lives.get(node)?.node?.broadcast(value, () => {}));
    const end = endOfMembers(this.scenario);
    while (this.clock.now() < end) await this.step();
    while (!this.agrees() && this.clock.now() < end + AGREEMENT) await this.step();
    const agreement = this.clock.now() - end;
    if (!this.agrees()) this.problem ??= `the members do not agree: ${this.describeViews()}`;
    for (let until = this.clock.now() + CONVERGENCE; this.clock.now() < until; ) await this.step();
    this.checkValues();
    if (!this.agrees()) this.problem ??= `the members do not agree: ${this.describeViews()}`;
    return { problem: this.problem, agreement, messages: this.messages, merges: this.merges };
  }

  private async step(): Promise<void> {
    this.clock.advance(STEP);
    // What waits for a promise goes on.
    await Promise.resolve();
    await Promise.resolve();
  }

  private happen({ node, what, seeds = [] }: MemberEvent): void {
    if (what === "join") {
      this.begin(node, seeds);
      return;
    }
    const life = this.lives.get(node);
    if (life === undefined) return;
    this.lives.delete(node);
    if (what === "vanish") this.isGone.add(life.id);
    if (what === "leave") {
      life.node?.stop();
      void life.membership.leave();
    }
    life.clock.die();
    this.channels.end(addressOf(life.id), what === "vanish");
  }

  private begin(node: number, seeds: readonly number[]): void {
    if (this.lives.has(node)) return;
    const id = `n${node}`;
    this.isGone.delete(id);
    const clock = new MortalClock(this.clock);
    const log = { event: () => {} };
    const transport = this.network.attach(id);
    const membership = new GossipMembership(
      {
        channel: this.channels.attach(id),
        clock,
        random: this.random.fork(),
        timeOfDay: () => FIRST_TIME + this.clock.now() + (this.scenario.clocks[node] ?? 0),
        log,
      },
      seeds.map((seed) => addressOf(`n${seed}`)),
    );
    const life: Life = { id, membership, clock, node: undefined, members: [] };
    this.lives.set(node, life);
    const random = this.random.fork();
    const incarnation = ++this.incarnation;
    void joinCluster(membership, (members) => this.see(life, members)).then((members) => {
      if (clock.isDead) return;
      life.members = members;
      const ports = { transport, clock, random, log };
      life.node = composeBroadcastNode(SETTINGS, ports, { self: id, members }, incarnation);
      transport.onMessage((from, body) => {
        if (life.members.includes(from) && !clock.isDead) life.node?.receive(from, body);
      });
      life.node.start(new Map());
    });
  }

  private see(life: Life, members: readonly string[]): void {
    if (life.clock.isDead) return;
    if (members.length > life.members.length + 1) this.merges++;
    life.members = members;
    life.node?.regroup(members);
    if (!members.includes(life.id)) this.problem ??= `${life.id} is not among the members that it sees`;
    // Without faults no member that is there is taken for lost.
    const { loss, partings, events } = this.scenario;
    const isCalm = loss === 0 && partings.length === 0 && !events.some(({ what }) => what === "vanish");
    const known = new Set(life.membership.details().flatMap(({ id, isSuspect }) => (isSuspect === true ? [id] : [])));
    for (const { id, node } of this.lives.values())
      if (isCalm && node !== undefined && known.has(id) && !this.hasRestarted(id))
        this.problem ??= `${life.id} suspects ${id}, which is there`;
  }

  /** Whether the member has had more than one life: the suspicion may be of the earlier one. */
  private hasRestarted(id: string): boolean {
    return this.scenario.events.filter(({ node, what }) => `n${node}` === id && what === "join").length > 1;
  }

  private agrees(): boolean {
    const there = [...this.lives.values()];
    const ids = there.map(({ id }) => id).sort();
    const [first] = there;
    return there.every(
      ({ members, node }) =>
        node !== undefined && members.join() === first?.members.join() && [...members].sort().join() === ids.join(),
    );
  }

  private checkValues(): void {
    const there = [...this.lives.values()];
    const all = new Set(there.flatMap(({ node }) => [...(node?.values() ?? [])]));
    for (const { id, node } of there)
      for (const value of all)
        if (node?.has(value) !== true) this.problem ??= `${id} lacks ${value}, which others have`;
  }

  private describeViews(): string {
    return [...this.lives.values()].map(({ id, members }) => `${id} sees ${members.join(" ")}`).join("; ");
  }

  private isParted(from: string, to: string): boolean {
    const now = this.clock.now();
    return this.scenario.partings.some(({ from: begin, until, side }) => {
      const isOn = (id: string) => side.some((node) => `n${node}` === id);
      return now >= begin && now < until && isOn(from) !== isOn(to);
    });
  }
}

const SETTINGS = resolveSettings({ preset: "default" });

/** The clock of one life: nothing happens after its end. */
class MortalClock implements Clock {
  isDead = false;

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  schedule(delay: number, task: () => void): CancelTask {
    return this.clock.schedule(delay, () => {
      if (!this.isDead) task();
    });
  }

  die(): void {
    this.isDead = true;
  }
}
