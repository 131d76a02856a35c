import { FakeClock } from "../../adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../adapters/memory-journal/memory-journals.js";
import { SeededRandom } from "../../adapters/seeded-random/seeded-random.js";
import { resolveSettings, type Settings } from "../../application/settings/settings.js";
import { composeBroadcastNode } from "../../composition/node.js";
import { INCARNATION, WRITE_CONCERN } from "../../domain/config.js";
import { incarnationStale } from "../../domain/log/events.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import { JournalUnavailable } from "../../domain/ports/journal.js";
import type { LogEvent } from "../../domain/ports/log.js";
import { describeUnmet, type UnmetWriteConcern } from "../../domain/write-concern/write-concern.js";
import type { Message, MessageBody } from "../model/message.js";
import {
  type Bounds,
  CALM_DOWN,
  DEFAULT_BOUNDS,
  IDLE_TIME,
  MOST_IN_FLIGHT,
  mostIdleMessages,
  mostMessages,
} from "./bounds.js";
import { brokenNode, copiesOf } from "./breakages.js";
import { Carriers } from "./carriers.js";
import { describeFault } from "./describe-fault.js";
import { DATA_DIRECTORY, DiskCluster } from "./disk/disk-cluster.js";
import type { DiskFault } from "./disk/disk-fault.js";
import { TrustedRecords } from "./disk/trusted-records.js";
import type { Invariant, Outcome, Violation } from "./outcome.js";
import { type ClockModel, endOf, type Fault, memberIds, nameOf, RESTART_DELAY, type Scenario } from "./scenario.js";
import { SimulatedClock } from "./simulated-clock.js";
import { type Fate, SimulatedNetwork } from "./simulated-network.js";
import type { SimulationWatcher } from "./simulation-watcher.js";
import { describeMessage } from "./trace.js";

/** One life of a member. */
interface Life {
  readonly clock: SimulatedClock;
  readonly node: BroadcastNode;
  /** Whether its topology has come. */
  isStarted: boolean;
  /** Whether it has sent any message before that. */
  isEarly?: boolean;
  /** Whether another member has spoken to it. */
  wasSpokenTo: boolean;
  /** In ms of the simulation. */
  readonly begunAt: number;
  /** Whether it keeps a journal. */
  readonly hasJournal: boolean;
  /** Whether its journal has given up. */
  isJournalLost?: boolean;
  /** Number of its warnings and errors about its journal. */
  complaints: number;
  /** Number of its values that were checked. */
  seen: number;
  readonly known: Set<number>;
}

type CrashFault = Extract<Fault, { kind: "crash" }>;

/** How a life begins. */
interface Beginning {
  /** Time until the topology comes, in ms; absent if it never does. */
  readonly topologyIn: number | undefined;
  /** Time by which the clock was set back before, in ms. */
  readonly setBack?: number;
}

/** A journal that is not used checks its folder this often, at the latest, in ms. */
const LONGEST_CHECK = 2_100;

/** The time of day when a simulation begins, in ms since 1970: clocks may be set back from there. */
const FIRST_TIME = 1_700_000_000_000;

export interface SimulationOptions {
  readonly bounds?: Bounds;
  /** Ends the run once everything has converged, without the idle time after it. Default false. */
  readonly withoutIdleTime?: boolean;
  /** Called for every event, with one line. */
  readonly trace?: (line: string) => void;
  readonly watcher?: SimulationWatcher;
}

/** Ends the run: nothing more is to be learned after the first violation. */
class Broken extends Error {
  constructor(readonly violation: Violation) {
    super(violation.problem);
  }
}

/** Runs a scenario to its end, or to its first violation. The same scenario always gives the same outcome and trace. */
export function simulate(scenario: Scenario, options: SimulationOptions = {}): Outcome {
  return new Simulation(scenario, options).run();
}

class Simulation {
  private readonly clock = new FakeClock();
  private readonly members: readonly string[];
  private readonly indexes: ReadonlyMap<string, number>;
  private readonly lives: (Life | undefined)[];
  /** Second processes with the members' ids. */
  private readonly rivals = new Map<Fault, Life>();
  private readonly wasBorn: boolean[];
  /** Incarnations used so far. */
  private readonly incarnations = new Set<number>();
  private earlyStarts = 0;
  private renewals = 0;
  private summaries = 0;
  private readonly downs: number[];
  private readonly settings: Settings;
  private readonly random: SeededRandom;
  private readonly network: SimulatedNetwork;
  private readonly journals: MemoryJournals | undefined;
  private readonly disks: DiskCluster | undefined;
  private readonly bounds: Bounds;
  private readonly carriers = new Carriers();
  private readonly issued = new Set<number>();
  private readonly acknowledged = new Set<number>();
  /** Values without an answer so far, and the lives that owe it. */
  private readonly unanswered = new Map<number, Life>();
  /** For each value the members that have had it, in any of their lives. */
  private readonly holders = new Map<number, Set<number>>();
  /** With journals: the values that the journal of a member is known to hold, since reads showed them. */
  private readonly written: TrustedRecords[];
  private readonly end: number;
  private messages = 0;
  private learnedAt = 0;
  private busiest = 0;
  private mostInFlight = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly options: SimulationOptions,
  ) {
    const { preset, fanOut, seed, latency, faults, journal } = scenario;
    this.members = memberIds(scenario);
    this.indexes = new Map(this.members.map((id, index) => [id, index]));
    this.lives = this.members.map(() => undefined);
    this.wasBorn = this.members.map(() => false);
    this.downs = this.members.map(() => 0);
    this.written = this.members.map(() => new TrustedRecords());
    this.settings = resolveSettings({ preset, fanOut });
    this.random = new SeededRandom(seed ^ 0x5eed);
    this.bounds = options.bounds ?? DEFAULT_BOUNDS;
    this.end = endOf(scenario);
    const onDisks = journal && scenario.disks !== undefined;
    this.journals = journal && !onDisks ? new MemoryJournals(this.clock) : undefined;
    const damaged = (index: number, values?: readonly number[]) => this.damage(index, values);
    this.disks = onDisks ? new DiskCluster({ clock: this.clock, damaged }, scenario) : undefined;
    this.network = new SimulatedNetwork(
      {
        clock: this.clock,
        random: this.random.fork(),
        deliver: (from, to, message) => this.deliver(from, to, message),
        tell: (from, to, message, fate) => this.tellMessage(from, to, message, fate),
      },
      latency,
      faults,
    );
  }

  run(): Outcome {
    let violation: Violation | undefined;
    let idleMessages = 0;
    try {
      this.arrange();
      this.pass(this.end + this.bounds.convergence);
      this.checkConvergence();
      if (this.options.withoutIdleTime !== true) idleMessages = this.idle();
    } catch (error) {
      violation = this.violationOf(error);
      this.tell(`VIOLATION ${violation.invariant}: ${violation.problem}`);
    }
    const exempt = [...this.acknowledged].filter((value) => this.carriers.isExempt(value));
    this.options.watcher?.ended(this.clock.now(), exempt);
    return {
      violation,
      messages: this.messages,
      acknowledged: this.acknowledged.size,
      exempt: exempt.length,
      convergence: Math.max(0, this.learnedAt - this.end),
      busiest: this.busiest,
      mostInFlight: this.mostInFlight,
      earlyStarts: this.earlyStarts,
      renewals: this.renewals,
      summaries: this.summaries,
      idleMessages,
      ...(this.disks && { disks: this.disks.tally }),
    };
  }

  /** An idle minute, after one to settle; returns its number of messages. */
  private idle(): number {
    this.pass(this.end + CALM_DOWN);
    const [messages, renewals] = [this.messages, this.renewals];
    this.pass(this.end + CALM_DOWN + IDLE_TIME);
    const sent = this.messages - messages;
    const most = mostIdleMessages(this.scenario, this.renewals - renewals);
    if (most !== undefined && sent > most)
      this.fail("noise", `${sent} messages in a minute without values or faults; at most ${most} are allowed`);
    return sent;
  }

  private violationOf(error: unknown): Violation {
    if (error instanceof Broken) return error.violation;
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { invariant: "crashed", at: this.clock.now(), problem };
  }

  /** Schedules all events of the scenario. */
  private arrange(): void {
    const births = [...this.members.keys()].map((index) => ({ index, at: this.scenario.births?.[index] ?? 0 }));
    const begin = (index: number) => this.beginLife(index, { topologyIn: this.topologyIn(index) });
    // The last birth may be in the same moment as the first topology, and comes first.
    for (const { index, at } of births) if (at > 0) this.clock.schedule(at, () => begin(index));
    for (const { index, at } of births) if (at === 0) begin(index);
    for (const { at, node, value } of this.scenario.values) this.clock.schedule(at, () => this.broadcast(node, value));
    for (const fault of this.scenario.faults) {
      this.clock.schedule(fault.from, () => this.beginFault(fault));
      this.clock.schedule(fault.until, () => this.endFault(fault));
    }
  }

  /** Time in ms until a life that begins now gets its topology: not before all processes have started. */
  private topologyIn(index: number): number {
    const { births = [], starts } = this.scenario;
    return Math.max(0, Math.max(0, ...births) - this.clock.now()) + (starts[index] ?? 0);
  }

  private beginFault(fault: Fault): void {
    this.tell(`fault begins: ${describeFault(this.scenario, fault)}`);
    if (fault.kind === "crash") {
      this.downs[fault.node] = (this.downs[fault.node] ?? 0) + 1;
      this.crash(fault.node, fault);
    } else if (fault.kind === "pause") this.lives[fault.node]?.clock.pause();
    else if (fault.kind === "disk") this.disks?.begin(fault);
    else if (fault.kind === "rival")
      this.rivals.set(fault, this.createLife(fault.node, { topologyIn: this.topologyIn(fault.node) }, false));
  }

  private endFault(fault: Fault): void {
    if (fault.kind === "crash" && !fault.returns) return;
    this.tell(`fault ends: ${describeFault(this.scenario, fault)}`);
    if (fault.kind === "pause") this.lives[fault.node]?.clock.resume();
    if (fault.kind === "rival") {
      const rival = this.rivals.get(fault);
      this.rivals.delete(fault);
      if (rival !== undefined) this.endLife(fault.node, rival);
    }
    if (fault.kind === "disk") this.endTrouble(fault);
    if (fault.kind !== "crash") return;
    const downs = (this.downs[fault.node] ?? 0) - 1;
    this.downs[fault.node] = downs;
    if (downs > 0) return;
    const topologyIn = fault.initAlone === true ? undefined : this.topologyIn(fault.node);
    this.beginLife(fault.node, { topologyIn, setBack: fault.setBack ?? 0 });
  }

  private crash(
    index: number,
    { survivors, torn, powerCut }: Omit<CrashFault, "kind" | "node" | "from" | "until">,
  ): void {
    const life = this.lives[index];
    if (life !== undefined) {
      this.lives[index] = undefined;
      this.journals?.crash(this.members[index] as string, { survivors, torn });
      this.endLife(index, life);
    }
    // A machine can lose its power while the process is down.
    this.disks?.stop(index, powerCut === true);
  }

  /** A disk works again: the operator restarts a member that has lost its journal meanwhile. */
  private endTrouble(fault: DiskFault): void {
    this.disks?.end(fault);
    const life = this.lives[fault.node];
    if (this.disks === undefined || life === undefined) return;
    if (life.isJournalLost !== true) {
      if (fault.trouble === "deleted" && life.begunAt < fault.from && !this.wasHindered(fault))
        this.fail("unreported", `${this.name(fault.node)} has not noticed that its journal was deleted`);
      return;
    }
    this.replace(fault.node);
  }

  /** The operator restarts a member that has lost its journal. */
  private replace(index: number): void {
    this.tell(`${this.name(index)} is restarted, since it lost its journal`);
    this.crash(index, { returns: true, survivors: 0, torn: false });
    this.beginLife(index, { topologyIn: this.topologyIn(index) });
  }

  /** Whether the member may have been too slow to notice the fault. */
  private wasHindered({ node, from, until }: DiskFault): boolean {
    return this.scenario.faults.some(
      (other) =>
        (other.kind === "pause" || (other.kind === "disk" && other.trouble === "slow")) &&
        other.node === node &&
        other.from < until &&
        other.until + 2 * LONGEST_CHECK > from,
    );
  }

  /** @param values those with damaged records; all if absent */
  private damage(index: number, values?: readonly number[]): void {
    const records = this.written[index] as TrustedRecords;
    const lost = values === undefined ? records.deleteAll() : values.filter((value) => records.damage(value));
    if (this.lives[index] === undefined && this.isBack(index)) for (const value of lost) this.carriers.remove(value);
  }

  private isBack(index: number): boolean {
    return !this.scenario.faults.some((fault) => fault.kind === "crash" && fault.node === index && !fault.returns);
  }

  /** The operator tries again to start a member whose journal could not be opened. */
  private retry(index: number, beginning: Beginning, { message }: JournalUnavailable): void {
    this.tell(`${this.name(index)} cannot start: ${message}`);
    this.disks?.count("refused starts", 1);
    this.disks?.stop(index, false);
    this.clock.schedule(RESTART_DELAY, () => this.beginLife(index, beginning));
  }

  private endLife(index: number, life: Life): void {
    life.clock.die();
    if (this.lives[index] === undefined) this.options.watcher?.ceased?.(this.clock.now(), index);
    const kept = this.keptBy(index, life);
    for (const value of life.known) if (kept?.has(value) !== true) this.carriers.remove(value);
  }

  /** The records that outlive the process, and are read by a later life of the member. */
  private keptBy(index: number, life: Life): TrustedRecords | undefined {
    return life.hasJournal && this.isBack(index) ? this.written[index] : undefined;
  }

  private beginLife(index: number, beginning: Beginning): void {
    this.wasBorn[index] = true;
    // It may have been killed early.
    if (this.downs[index] !== 0 || this.lives[index] !== undefined) return;
    let life: Life;
    try {
      life = this.createLife(index, beginning, this.scenario.journal);
    } catch (error) {
      if (this.disks === undefined || !(error instanceof JournalUnavailable)) throw error;
      this.retry(index, beginning, error);
      return;
    }
    this.lives[index] = life;
    this.options.watcher?.began?.(this.clock.now(), index);
    this.observe(index, life);
    const written = this.written[index] as TrustedRecords;
    for (const value of written)
      if (!life.known.has(value)) this.fail("vanished", `${this.name(index)} does not show ${value} after its restart`);
    const lost = written.restarted((value) => life.known.has(value));
    if (lost.length > 0 && life.complaints === 0)
      this.fail(
        "unreported",
        `${this.name(index)} has lost the damaged records of ${lost.join(", ")} and does not say so`,
      );
    this.disks?.count("damaged values missing at a restart", lost.length);
  }

  private createLife(index: number, { topologyIn, setBack = 0 }: Beginning, hasJournal: boolean): Life {
    const self = this.members[index] as string;
    const { breakage } = this.scenario;
    const clock = new SimulatedClock(this.clock, this.random.fork(), this.scenario.clocks[index] as ClockModel);
    const transport = {
      maxMessageBytes: this.scenario.maxMessageBytes ?? 2 ** 23,
      send: (to: string, body: object) => {
        for (let copies = copiesOf(breakage, body); copies > 0; copies--) this.send(index, life, to, body);
      },
      onMessage: () => {},
      close: async () => {},
    };
    let complaints = 0;
    const log = {
      event: ({ code, level, text }: LogEvent) => {
        if (code === incarnationStale.code) this.renewals++;
        if ((level === "warn" || level === "error") && text.includes(DATA_DIRECTORY)) complaints++;
        this.options.watcher?.said?.(this.clock.now(), index, text);
        this.tell(`${self} says: ${text}`);
      },
    };
    const ports = { transport, clock, random: this.random.fork(), log };
    const incarnation = this.nextIncarnation(setBack);
    const onLost = () => this.loseJournal(index, life);
    const openJournal = hasJournal
      ? (this.disks?.opener(index, { clock, log, onLost }) ?? this.journals?.open)
      : undefined;
    const node = composeBroadcastNode(
      this.settings,
      openJournal === undefined ? ports : { ...ports, openJournal },
      { self, members: this.members },
      incarnation,
      // A value becomes visible when the journal has stored it, and no other event marks that moment.
      hasJournal ? { delivered: () => this.observe(index, life) } : {},
    );
    const begunAt = this.clock.now();
    const life: Life = {
      clock,
      node: brokenNode(node, breakage),
      isStarted: false,
      wasSpokenTo: false,
      begunAt,
      hasJournal,
      complaints,
      seen: 0,
      known: new Set(),
    };
    this.tell(`${self} begins life ${incarnation}`);
    node.standBy();
    if (topologyIn === undefined) return life;
    this.clock.schedule(topologyIn, () =>
      clock.whenRunning(() => {
        life.isStarted = true;
        this.tell(`${self} gets its topology`);
        node.start(new Map());
      }),
    );
    return life;
  }

  private loseJournal(index: number, life: Life): void {
    life.isJournalLost = true;
    this.disks?.count("journals given up", 1);
    const causes = this.scenario.faults.filter(
      (fault) =>
        fault.kind === "disk" &&
        fault.node === index &&
        (fault.trouble === "deleted" || fault.trouble === "read-only") &&
        fault.from <= this.clock.now(),
    );
    if (causes.length === 0) this.fail("gave-up", `${this.name(index)} gave up its journal`);
    // A paused process notices the loss only after the disk works again.
    if (causes.some((fault) => fault.until > this.clock.now())) return;
    this.clock.schedule(RESTART_DELAY, () => {
      if (this.lives[index] === life) this.replace(index);
    });
  }

  /** An incarnation as nodes choose them: the time of day, random within a millisecond, and always unique. */
  private nextIncarnation(setBack: number): number {
    const { perMillisecond } = INCARNATION;
    const time = FIRST_TIME + Math.floor(this.clock.now()) - setBack;
    let incarnation = perMillisecond * time + Math.floor(this.random.next() * perMillisecond);
    while (this.incarnations.has(incarnation)) incarnation++;
    this.incarnations.add(incarnation);
    return incarnation;
  }

  /** The process that serves a member's clients; if there are two, they take turns. */
  private serverOf(index: number, value: number): Life | undefined {
    const rival = [...this.rivals].find(([fault]) => fault.kind === "rival" && fault.node === index)?.[1];
    const life = this.lives[index];
    return rival !== undefined && (life === undefined || value % 2 === 0) ? rival : life;
  }

  private broadcast(index: number, value: number): void {
    const life = this.serverOf(index, value);
    if (life === undefined) return;
    life.clock.whenRunning(() => {
      this.issued.add(value);
      this.options.watcher?.given(this.clock.now(), index, value);
      this.tell(`client -> ${this.name(index)} broadcast ${value}`);
      this.unanswered.set(value, life);
      const assurance = { nodes: this.wantedHolders, timeout: WRITE_CONCERN.timeout };
      const answer = (shortfall?: UnmetWriteConcern) => {
        if (life.clock.isDead) return;
        this.unanswered.delete(value);
        if (shortfall !== undefined) {
          this.options.watcher?.refused?.(this.clock.now(), value, shortfall);
          this.tell(`${this.name(index)} -> client does not acknowledge ${value}: ${describeUnmet(shortfall)}`);
          return;
        }
        this.checkHolders(value);
        this.acknowledged.add(value);
        this.options.watcher?.acknowledged(this.clock.now(), value);
        this.tell(`${this.name(index)} -> client acknowledges ${value}`);
      };
      life.node.broadcast(value, answer, assurance);
      this.observe(index, life);
    });
  }

  private send(index: number, life: Life, to: string, body: object): void {
    if (life.clock.isDead) return;
    const target = this.indexes.get(to);
    if (target === undefined || target === index) this.fail("wrong-destination", `${this.name(index)} sent to ${to}`);
    if (!life.isStarted) this.checkEarlySend(index, life, to);
    if (!this.wasBorn[target]) this.fail("early-send", `${this.name(index)} sent to ${to}, which has never started`);
    this.messages++;
    this.checkSize(index, body);
    if ("number" in body && "base" in body) {
      const inFlight = Number(body.number) - Number(body.base);
      if (inFlight > this.mostInFlight) this.mostInFlight = inFlight;
      if (inFlight > MOST_IN_FLIGHT)
        this.fail("memory", `${this.name(index)} has ${inFlight} messages in flight to ${to}`);
    }
    const message: Message = { src: this.members[index] as string, dest: to, body: body as MessageBody };
    this.options.watcher?.messages.sent(this.clock.now(), message, 0);
    this.network.send(index, target, message);
  }

  /** The values are small, so no message has to be fragmented: a fragmented one would be lost with any of its parts. */
  private checkSize(index: number, body: object): void {
    const { maxMessageBytes } = this.scenario;
    if ("type" in body && body.type === "summary") this.summaries++;
    if (maxMessageBytes === undefined) return;
    const bytes = Buffer.byteLength(JSON.stringify(body));
    if (bytes > maxMessageBytes) this.fail("oversized", `${this.name(index)} sent a message of ${bytes} bytes`);
    if ("type" in body && body.type === "part")
      this.fail("oversized", `${this.name(index)} fragmented a message: ${JSON.stringify(body).slice(0, 200)}`);
  }

  private checkEarlySend(index: number, life: Life, to: string): void {
    // The node's clock may be slightly faster than that of the simulation.
    if (!life.wasSpokenTo && this.clock.now() - life.begunAt < 0.98 * 10_000)
      this.fail("early-send", `${this.name(index)} sent to ${to} before its topology came`);
    if (life.isEarly) return;
    life.isEarly = true;
    this.earlyStarts++;
  }

  private deliver(from: number, to: number, message: Message): void {
    const life = this.lives[to];
    const rivals = [...this.rivals].flatMap(([fault, rival]) =>
      fault.kind === "rival" && fault.node === to ? [rival] : [],
    );
    if (life === undefined && rivals.length === 0)
      this.options.watcher?.messages.lost(this.clock.now(), message, "crash");
    for (const receiver of [...(life === undefined ? [] : [life]), ...rivals])
      receiver.clock.whenRunning(() => {
        if (receiver === (life ?? rivals[0])) this.options.watcher?.messages.delivered(this.clock.now(), message);
        receiver.wasSpokenTo = true;
        receiver.node.receive(this.members[from] as string, message.body);
        this.observe(to, receiver);
      });
  }

  /** Checks the values that a read of the node would now show for the first time. */
  private observe(index: number, life: Life): void {
    const values = life.node.values();
    if (values.length < life.seen)
      this.fail("shrunk-read", `${this.name(index)} shows ${values.length} values after ${life.seen}`);
    for (; life.seen < values.length; life.seen++) {
      const value = values[life.seen] as number;
      if (!this.issued.has(value)) this.fail("invented", `${this.name(index)} shows ${JSON.stringify(value)}`);
      if (life.known.has(value)) this.fail("duplicate", `${this.name(index)} shows ${value} twice`);
      life.known.add(value);
      this.holders.set(value, (this.holders.get(value) ?? new Set()).add(index));
      this.options.watcher?.learned(this.clock.now(), index, value);
      // A value in a journal that is read again has had a carrier all along.
      if (this.keptBy(index, life)?.has(value) !== true) this.carriers.add(value);
      if (life.hasJournal) this.written[index]?.shown(value);
      this.learnedAt = this.clock.now();
    }
  }

  /** Lets time pass, and counts messages second by second. */
  private pass(until: number): void {
    while (this.clock.now() < until) {
      const [messages, values] = [this.messages, this.issued.size];
      const start = this.clock.now();
      this.clock.advance(Math.min(1_000, until - start));
      const sent = this.messages - messages;
      const most = mostMessages(this.scenario, this.issued.size - values);
      this.busiest = Math.max(this.busiest, sent / most);
      if (sent > most)
        this.fail("message-storm", `${sent} messages in the second from ${start} ms on; at most ${most} are allowed`);
    }
  }

  /** Number of members that must have a value before it is acknowledged. */
  private get wantedHolders(): number {
    const { ack = 1 } = this.scenario;
    return ack === "all" ? this.members.length : Math.min(ack, this.members.length);
  }

  private checkHolders(value: number): void {
    const wanted = this.wantedHolders;
    const holders = this.holders.get(value)?.size ?? 0;
    // If only this member has to know the value, that is checked when the call returns.
    if (wanted > 1 && holders < wanted)
      this.fail("hasty", `${value} was acknowledged when ${holders} of ${wanted} members had it`);
  }

  private checkConvergence(): void {
    for (const [value, { clock }] of this.unanswered)
      if (!clock.isDead) this.fail("unanswered", `the broadcast of ${value} was never answered`);
    this.checkDisks();
    const living = [...this.lives.entries()].filter((entry): entry is [number, Life] => entry[1] !== undefined);
    const somewhere = new Set(living.flatMap(([, { known }]) => [...known]));
    for (const [index, { known }] of living) {
      for (const value of this.acknowledged)
        if (!known.has(value) && !this.carriers.isExempt(value))
          this.fail("lost", `${this.name(index)} lacks ${value}, which was acknowledged`, { member: index, value });
      for (const value of somewhere)
        if (!known.has(value))
          this.fail("disagreement", `${this.name(index)} lacks ${value}, which others know`, { member: index, value });
    }
  }

  /** With `--ack K`, K - 1 members may lose what they have stored. */
  private checkDisks(): void {
    if (this.disks === undefined) return;
    const faulty = this.scenario.faults.flatMap((fault) =>
      fault.kind === "rival" || (fault.kind === "crash" && !fault.returns) ? [fault.node] : [],
    );
    const unreliable = new Set([...this.disks.damaged, ...faulty]).size;
    if (unreliable >= this.wantedHolders) return;
    this.disks.count("clusters with fewer unreliable members than K", 1);
    // A value that was not durable anywhere for a moment, and that a member had in memory, is not lost.
    const isSomewhere = (value: number) => this.lives.some((life) => life?.known.has(value) === true);
    for (const value of this.acknowledged)
      if (this.carriers.isExempt(value) && !isSomewhere(value))
        this.fail(
          "lost",
          `${value} was acknowledged by ${this.wantedHolders} members, and ${unreliable} unreliable ones were enough to lose it`,
        );
  }

  private name(index: number): string {
    return nameOf(this.scenario, index);
  }

  /** @param missing the value that a member lacks, if that is the problem */
  private fail(invariant: Invariant, problem: string, missing?: Violation["missing"]): never {
    throw new Broken({ invariant, at: this.clock.now(), problem, ...(missing && { missing }) });
  }

  private tell(text: string): void {
    this.options.trace?.(`${this.clock.now().toFixed(3).padStart(11)} ${text}`);
  }

  private tellMessage(from: number, to: number, message: Message, fate: Fate): void {
    if (fate.kind !== "sent") {
      const cause = fate.kind === "cut" ? fate.by : "loss";
      this.options.watcher?.messages.lost(this.clock.now(), message, cause);
    }
    if (this.options.trace !== undefined)
      this.tell(describeMessage(this.name(from), this.name(to), message.body, fate));
  }
}
