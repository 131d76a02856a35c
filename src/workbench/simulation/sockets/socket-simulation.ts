import { FakeClock } from "../../../adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../../adapters/memory-journal/memory-journals.js";
import { SeededRandom } from "../../../adapters/seeded-random/seeded-random.js";
import type { TcpTransport } from "../../../adapters/tcp/tcp-transport.js";
import type { OpenJournal } from "../../../domain/ports/journal.js";
import type { TidecastNode } from "../../../library/node/tidecast-node.js";
import { oneOf } from "../chance.js";
import { CarriedValues } from "./carried-values.js";
import { hostAddress, hostName, startMember } from "./library-member.js";
import type { SimulatedHost } from "./network/simulated-host.js";
import type { SimulatedProcess } from "./network/simulated-process.js";
import { SocketNetwork } from "./network/socket-network.js";
import { advanceInTurns } from "./network/turns.js";
import { removalsOf } from "./removals.js";
import { endOfSockets, type LifeEvent, type SocketFault, type SocketScenario } from "./socket-scenario.js";

/** The result of a simulation on sockets. */
export interface SocketOutcome {
  /** The promise that was broken; `undefined` if none was. */
  readonly problem: string | undefined;
  /** From the last event until all members agreed on who is there, in ms. */
  readonly agreement: number;
  /** Values that were acknowledged, and how many of them were lost with the only processes that had them. */
  readonly acknowledged: number;
  readonly lost: number;
  /** How often each kind of event happened to connections, by name. */
  readonly counts: ReadonlyMap<string, number>;
}

/** One life of a member. */
interface Life {
  readonly node: number;
  readonly id: string;
  /** Name of what carries its values: with a journal the member, otherwise this life alone. */
  readonly carrier: string;
  readonly process: SimulatedProcess;
  readonly host: SimulatedHost;
  readonly startedAt: number;
  readonly shown: Set<number>;
  transport: TcpTransport | undefined;
  member: TidecastNode | undefined;
  isClosed: boolean;
}

/** From the last event until all members agree, in ms: a silent host is found within 90 s, and a merge may follow. */
const AGREEMENT = 240_000;
/** From then on until every member has every value, in ms. */
const CONVERGENCE = 60_000;
/** Time that `close` may take, in ms. */
const CLOSING = 10_000;
const STEP = 250;
const WORDS = { joined: "joined", left: "left", suspected: "is suspected", back: "is back" } as const;
/** How a slow process reads: bytes at a time, and pause in ms. */
const SLOW = { bytes: 1_000, pause: 20 };

/** Runs a cluster of library nodes on simulated sockets. The same scenario always gives the same outcome, and the same trace. */
export function simulateSockets(scenario: SocketScenario, record?: (line: string) => void): Promise<SocketOutcome> {
  return new SocketSimulation(scenario, record).run();
}

class SocketSimulation {
  private readonly clock = new FakeClock();
  private readonly random: SeededRandom;
  private readonly network: SocketNetwork;
  private readonly journals: MemoryJournals;
  private readonly lives = new Map<number, Life>();
  private readonly ended: Life[] = [];
  private readonly values = new CarriedValues();
  private incarnation = 0;
  private problem: string | undefined;

  constructor(
    private readonly scenario: SocketScenario,
    private readonly record: ((line: string) => void) | undefined,
  ) {
    this.random = new SeededRandom(scenario.seed ^ 0x736f636b);
    this.network = new SocketNetwork(this.clock, scenario.seed ^ 0x6e6574, scenario.model);
    this.journals = new MemoryJournals(this.clock);
  }

  async run(): Promise<SocketOutcome> {
    const { scenario, clock } = this;
    for (const event of scenario.events) clock.schedule(event.at, () => this.happen(event));
    for (const fault of scenario.faults) clock.schedule(fault.from, () => this.begin(fault));
    for (const [value, { at, node }] of scenario.values.entries())
      clock.schedule(at, () => this.broadcast(value, node));
    for (const { at, node, limit } of removalsOf(scenario))
      clock.schedule(at + limit, () => this.checkGone(node, limit));
    const end = endOfSockets(scenario);
    while (clock.now() < end) await this.step();
    while (!this.agrees() && clock.now() < end + AGREEMENT && this.problem === undefined) await this.step();
    const agreement = clock.now() - end;
    if (!this.agrees()) this.fail(`the members do not agree: ${this.describeViews()}`);
    for (let until = clock.now() + CONVERGENCE; clock.now() < until && this.problem === undefined; ) await this.step();
    if (!this.agrees()) this.fail(`the members do not agree: ${this.describeViews()}`);
    this.checkValues();
    this.checkConnections();
    if (this.problem === undefined) await this.closeAll();
    const { acknowledged, lost } = this.values;
    return { problem: this.problem, agreement, acknowledged: acknowledged.size, lost, counts: this.network.counts };
  }

  private async step(): Promise<void> {
    await advanceInTurns(this.clock, STEP);
    this.checkQueues();
  }

  private happen({ node, what, host = 0 }: LifeEvent): void {
    if (what === "start") {
      this.start(node, host);
      return;
    }
    const life = this.lives.get(node);
    if (life === undefined) return;
    this.trace(`${life.id} ${what}`);
    this.lives.delete(node);
    const returns = this.scenario.events.some(
      (event) => event.node === node && event.what === "start" && event.at >= this.clock.now(),
    );
    if (!(this.scenario.hasJournals && returns)) this.values.removeAll(life.carrier);
    if (what === "leave") this.close(life);
    else {
      if (what === "kill") life.process.die();
      else life.host.turnOff();
      if (this.scenario.hasJournals)
        this.journals.crash(life.id, what === "power" ? { survivors: Math.floor(this.random.next() * 3) } : {});
    }
  }

  private start(node: number, hostNumber: number): void {
    const before = this.lives.get(node) ?? this.ended.find((life) => life.node === node && !life.isClosed);
    // The member that left may take its time.
    if (before !== undefined) {
      if (before.process.isDead || this.lives.has(node)) return;
      before.process.die();
      if (this.scenario.hasJournals) this.journals.crash(before.id);
      before.isClosed = true;
    }
    const ip = hostAddress(node, hostNumber);
    const host = this.network.host(ip);
    host.turnOn();
    this.network.names.hosts.set(hostName(node), [ip]);
    const process = this.network.start(host, this.scenario.clocks[node] ?? { origin: 0, drift: 0 });
    const id = `n${node}`;
    const incarnation = ++this.incarnation;
    const life: Life = {
      ...{ node, id, process, host, startedAt: this.clock.now(), shown: new Set(), isClosed: false },
      carrier: this.scenario.hasJournals ? id : `${id} of life ${incarnation}`,
      transport: undefined,
      member: undefined,
    };
    this.lives.set(node, life);
    this.trace(`${id} starts on ${ip}`);
    const openJournal = this.scenario.hasJournals ? this.journalOf(process) : undefined;
    const log = ({ text }: { readonly text: string }) => this.trace(`${id}: ${text}`);
    startMember({ clock: this.clock, network: this.network }, this.scenario, {
      ...{ node, host, process, incarnation, openJournal, log },
      random: this.random.fork(),
    }).then(
      ({ transport, member }) => this.joined(life, transport, member),
      (error: Error) => this.fail(`${id} cannot start: ${error.message}`),
    );
  }

  private joined(life: Life, transport: TcpTransport, member: TidecastNode): void {
    this.trace(`${life.id} takes part, with ${ids(member)}`);
    life.transport = transport;
    life.member = member;
    for (const value of member.values()) this.show(life, numberOf(value), true);
    member.on("delivery", ({ value }) => this.show(life, numberOf(value), false));
    member.on("member", ({ what, member: other }) =>
      this.trace(`${life.id} sees that ${other} ${WORDS[what]}; members: ${ids(member)}`),
    );
    member.on("error", (error) => this.fail(`${life.id} reports an error: ${error.message}`));
    // It was closed while it joined.
    if (this.lives.get(life.node) !== life && !life.process.isDead) this.close(life);
  }

  private show(life: Life, value: number, isStored: boolean): void {
    if (!(value in this.scenario.values)) this.fail(`${life.id} shows ${value}, which nobody broadcast`);
    if (life.shown.has(value)) this.fail(`${life.id} shows ${value} twice`);
    life.shown.add(value);
    if (this.lives.get(life.node) !== life) return;
    if (!isStored) this.trace(`${life.id} shows value ${value}`);
    this.values.add(value, life.carrier);
  }

  private broadcast(value: number, node: number): void {
    const { member, id } = this.lives.get(node) ?? {};
    if (member === undefined) return;
    this.trace(`${id} broadcasts value ${value}`);
    member.broadcast(contentOf(value, this.scenario.padding)).then(
      () => {
        this.trace(`value ${value} is acknowledged`);
        this.values.acknowledged.add(value);
      },
      (error: Error) => this.trace(`value ${value} is not acknowledged: ${error.message}`),
    );
  }

  private close(life: Life): void {
    this.ended.push(life);
    life.member?.close().then(
      () => {
        life.isClosed = true;
        this.trace(`${life.id} has closed`);
        this.clock.schedule(1, () => this.checkLeaks(life));
      },
      (error: Error) => this.fail(`close of ${life.id} fails: ${error.message}`),
    );
  }

  private begin({ kind, until, nodes }: SocketFault): void {
    this.trace(`${kind} ${nodes.map((node) => `n${node}`).join(" ")} until ${until / 1000} s`);
    this.network.tally(`fault ${kind}`);
    const end = (task: () => void) => {
      this.clock.schedule(until - this.clock.now(), () => {
        this.trace(`${kind} ends`);
        task();
      });
    };
    const [first = 0, second = 0] = nodes;
    const isOn = (ip: string, node: number) => ip.startsWith(`10.0.${node}.`);
    const isBetween = (one: string, other: string) =>
      nodes.length === 1
        ? isOn(one, first) || isOn(other, first)
        : (isOn(one, first) && isOn(other, second)) || (isOn(one, second) && isOn(other, first));
    const { paths, names } = this.network;
    switch (kind) {
      case "partition": {
        const isInside = (ip: string) => nodes.some((node) => isOn(ip, node));
        end(paths.begin({ kind: "cut", until, concerns: (from, to) => isInside(from) !== isInside(to) }));
        break;
      }
      case "cut":
        end(paths.begin({ kind: "cut", until, concerns: (from, to) => isOn(from, first) && isOn(to, second) }));
        break;
      case "stall":
        end(paths.begin({ kind: "stall", until, concerns: isBetween }));
        break;
      case "reset":
        for (const pair of this.network.connections(isBetween)) this.network.reset(pair, "both");
        break;
      case "half-reset":
        for (const pair of this.network.connections(isBetween))
          this.network.reset(pair, oneOf(this.random, ["client", "server"] as const));
        break;
      case "forget":
        for (const pair of this.network.connections(isBetween)) this.network.forget(pair);
        break;
      case "names":
        names.isDown = true;
        end(() => {
          names.isDown = false;
        });
        break;
      default:
        this.hinder(kind, first, end);
    }
  }

  /** Pauses a process, or slows its reading. */
  private hinder(kind: "pause" | "slow", node: number, end: (task: () => void) => void): void {
    const process = this.lives.get(node)?.process;
    if (process === undefined) return;
    const pace = process.pace;
    if (kind === "pause") process.pause();
    else process.pace = SLOW;
    end(() => {
      if (kind === "pause") process.resume();
      else process.pace = pace;
    });
  }

  /** Opens journals for a process: they call back only while it runs. */
  private journalOf(process: SimulatedProcess): OpenJournal {
    return (member, proposed) => {
      const opened = this.journals.open(member, proposed);
      const { journal } = opened;
      return {
        ...opened,
        journal: {
          append: (record) => journal.append(record),
          sync: (whenDurable) => journal.sync(() => process.later(0, whenDurable)),
          renew: (incarnation) => journal.renew?.(incarnation),
          close: () => journal.close(),
        },
      };
    };
  }

  private checkQueues(): void {
    const most = this.scenario.maxQueuedBytes + 2 ** 16;
    for (const { id, transport } of this.lives.values())
      for (const { member, queuedBytes } of transport?.state() ?? [])
        if (queuedBytes > most) this.fail(`${id} holds ${queuedBytes} bytes for ${member}, more than ${most}`);
  }

  /** Without faults, a member that ended is removed everywhere within the time. */
  private checkGone(node: number, limit: number): void {
    if (this.lives.has(node)) return;
    for (const { id, member, startedAt } of this.lives.values())
      if (startedAt < this.clock.now() - limit - 10_000 && member?.members().some((other) => other.id === `n${node}`))
        this.fail(`${id} still sees n${node} ${limit} ms after its end`);
  }

  private agrees(): boolean {
    const there = [...this.lives.values()];
    const expected = there.map(({ id }) => id).sort();
    const views = there.map(({ member }) => member && ids(member));
    return views.every(
      (view) => view !== undefined && view === views[0] && view.split(" ").sort().join() === expected.join(),
    );
  }

  private checkValues(): void {
    for (const { id, shown, member } of this.lives.values()) {
      const now = (member?.values() ?? []).map(numberOf);
      for (const value of this.values.required())
        if (!now.includes(value)) this.fail(`${id} lacks value ${value}, which others have`);
      if (now.length !== new Set(now).size) this.fail(`${id} has a value twice`);
      for (const value of shown) if (!now.includes(value)) this.fail(`${id} has taken back value ${value}`);
    }
    for (const value of this.values.acknowledged)
      if (!this.values.isKnown(value)) this.fail(`value ${value} was acknowledged, but no member has shown it`);
  }

  /** Two processes keep one connection. */
  private checkConnections(): void {
    const pairs = new Map<string, number>();
    for (const { client, server } of this.network.connections()) {
      const pair = [client.local.host, client.remote.host].sort().join(" and ");
      if (client.isOpen && server.isOpen) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    for (const [pair, count] of pairs) if (count > 1) this.fail(`${pair} have ${count} connections`);
  }

  /** Closes all members. */
  private async closeAll(): Promise<void> {
    for (const life of this.lives.values()) this.close(life);
    this.lives.clear();
    await advanceInTurns(this.clock, CLOSING);
    for (const { id, isClosed, process } of this.ended) {
      if (process.isDead) continue;
      if (!isClosed) this.fail(`close of ${id} does not resolve`);
    }
  }

  private checkLeaks({ id, process }: Life): void {
    if (process.isDead) return;
    if (process.sockets.size > 0) this.fail(`${id} has left ${process.sockets.size} connections open`);
    if (process.timers > 0) this.fail(`${id} has left ${process.timers} timers`);
  }

  private describeViews(): string {
    return [...this.lives.values()]
      .map(({ id, member }) => (member === undefined ? `${id} has not joined` : `${id} sees ${ids(member)}`))
      .join("; ");
  }

  private fail(problem: string): void {
    if (this.problem === undefined) this.trace(`BROKEN: ${problem}`);
    this.problem ??= problem;
  }

  private trace(line: string): void {
    this.record?.(`${(this.clock.now() / 1000).toFixed(3).padStart(9)} s  ${line}`);
  }
}

const ids = (member: TidecastNode) =>
  member
    .members()
    .map(({ id }) => id)
    .join(" ");

const contentOf = (number: number, padding: number) =>
  padding === 0 ? number : { number, padding: "x".repeat(padding) };

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : (value as { readonly number: number }).number;
}
