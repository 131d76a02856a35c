import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Random } from "../../domain/ports/random.js";
import { type Overflow, overflowProblem } from "./backlog.js";
import { type Breach, Cluster } from "./cluster.js";
import { Nemesis } from "./faults/nemesis.js";
import type { CompleteEvent, EndEvent, HistoryEvent, LateReads, StartEvent } from "./history.js";
import { Judge } from "./judge.js";
import { LatenessMeter } from "./lateness.js";
import type { MessageWatcher } from "./message-watcher.js";
import { Network } from "./network.js";
import { NetworkConditions } from "./network-conditions.js";
import type { NodeHost } from "./node-host.js";
import { jsonText } from "./number-literals.js";
import { excerpt } from "./printable.js";
import { Provenance, sideChannelProblem } from "./provenance.js";
import { type BenchResult, MOST_VIOLATIONS_KEPT } from "./result.js";
import { addServices } from "./services/services.js";
import { UnknownRequestCounts } from "./services/unknown-requests.js";
import type { BenchSettings, Limits } from "./settings.js";
import { StrayReplyCounts } from "./stray-replies.js";
import { buildTopology } from "./topologies.js";
import { TrafficMeter } from "./traffic.js";
import { forClientOf, type Rule, type Violation } from "./violation.js";
import { Worker, type WorkerParts } from "./worker.js";
import { Workload } from "./workload.js";

/** The run to make, and its limits. */
export interface BenchPlan {
  readonly settings: BenchSettings;
  readonly limits: Limits;
  readonly challenge?: string;
  /** Whether the nodes' messages to each other pass by the bench, so that nothing can be said about them. Default: false. */
  readonly hasHiddenMessages?: boolean;
}

/** Phase of a run. */
export type Phase = "starting" | "workload" | "recovering" | "final reads" | "finished";

/** Follows a run; each callback is optional. */
export interface RunListener {
  /** Every event of the history, in order. */
  readonly event?: (event: HistoryEvent) => void;
  readonly phase?: (phase: Phase) => void;
  /** Called for every violation, including those that only reads reveal. */
  readonly violation?: (violation: Violation) => void;
  readonly messages?: MessageWatcher;
}

/** Independent random generators, so that the network's draws do not change the workload. */
export interface BenchRandom {
  readonly workload: Random;
  readonly network: Random;
  readonly faults: Random;
  readonly services: Random;
}

/** Dependencies of a run. With a fake clock and nodes in this process it runs in virtual time. */
export interface BenchPorts {
  readonly clock: Clock;
  readonly random: BenchRandom;
  readonly host: NodeHost;
  readonly listener?: RunListener;
  /** CPU time that the bench has used so far, in ms; absent where time is virtual. */
  readonly cpuTime?: () => number;
}

/** Progress of a run. */
export interface Progress {
  readonly phase: Phase;
  /** In ms since the workload began; 0 before. */
  readonly elapsed: number;
  readonly operations: number;
  readonly serverMessages: number;
  /** Values that have not yet been read from every node. */
  readonly notYetEverywhere: number;
  readonly violations: number;
}

/** A run in progress. */
export interface BenchRun {
  progress(): Progress;
  /** Ends the run now; the result says that it was cut short, and why. */
  abort(reason: string): void;
}

/**
 * Runs the bench once: starts the nodes, initialises them, drives the workload with its faults, lets the cluster recover,
 * reads every node a last time, ends the nodes, and passes the result to `onFinished`, once. Uses callbacks only, so that a
 * fake clock can drive it.
 */
export function runBench(plan: BenchPlan, ports: BenchPorts, onFinished: (result: BenchResult) => void): BenchRun {
  const run = new Run(plan, ports, onFinished);
  run.start();
  return run;
}

/** Time that the bench watches the nodes after their final reads, in ms. */
const LAST_WATCH = 300;

/** Breaches that a node can commit after the start only when it is restarted. */
const RULES_OF_THE_START: ReadonlySet<Rule> = new Set(["no-answer", "refused-start"]);

class Run implements BenchRun {
  private readonly conditions = new NetworkConditions();
  private readonly traffic = new TrafficMeter();
  private readonly lateness: LatenessMeter;
  private readonly provenance: Provenance;
  private readonly network: Network;
  private readonly cluster: Cluster;
  private readonly judge: Judge;
  private readonly workers: readonly Worker[];
  private readonly nemesis: Nemesis;
  private phase: Phase = "starting";
  /** Start of the workload in ms of the clock; before that, start of the bench. */
  private origin: number;
  private workload: Workload | undefined;
  private cancelRecovery: CancelTask | undefined;
  private readonly strayReplies = new StrayReplyCounts();
  private lateReads: LateReads = { count: 0, soonest: Number.POSITIVE_INFINITY };
  private readonly unknownRequests = new UnknownRequestCounts();
  private machineFault: string | undefined;

  constructor(
    private readonly plan: BenchPlan,
    private readonly ports: BenchPorts,
    private readonly onFinished: (result: BenchResult) => void,
  ) {
    const { settings } = plan;
    const { clock, random, host, listener } = ports;
    this.origin = clock.now();
    this.lateness = new LatenessMeter(clock, ports.cpuTime);
    const { conditions, traffic, lateness } = this;
    const watcher = listener?.messages;
    this.provenance = new Provenance(settings.nodeIds);
    const { provenance } = this;
    this.network = new Network(settings, {
      ...{ clock, random: random.network, conditions, traffic, lateness, provenance, watcher },
      overflowed: (overflow, isReading) => this.overflowed(overflow, isReading),
    });
    addServices(this.network, random.services, this.unknownRequests);
    const breached = (breach: Breach) => this.breached(breach);
    this.cluster = new Cluster(settings.nodeIds, {
      ...{ clock, host, network: this.network, breached },
      machineFailed: (fault) => {
        this.machineFault = fault;
        this.finish("the machine could not run every node");
      },
      handleOutput: (work) => lateness.handleOutput(work),
    });
    this.judge = new Judge(this.startEvent(), (violation) => this.announce(violation));
    this.workers = Array.from({ length: this.concurrency }, (_, index) => {
      return this.createWorker(settings.nodeIds[index % settings.nodeIds.length] as string, index);
    });
    this.nemesis = new Nemesis(settings, {
      clock,
      random: random.faults,
      conditions,
      nodes: this.cluster,
      listener: (fault, action, detail) => this.record({ type: "fault", time: this.time(), fault, action, detail }),
    });
  }

  start(): void {
    this.ports.listener?.event?.(this.startEvent());
    this.ports.listener?.phase?.("starting");
    this.cluster.start(() => {
      const { topology, nodeIds } = this.plan.settings;
      this.cluster.introduce(buildTopology(topology, nodeIds), () => this.beginWorkload());
    });
  }

  progress(): Progress {
    return {
      phase: this.phase,
      elapsed: this.phase === "starting" ? 0 : this.time(),
      operations: this.judge.operationCount,
      serverMessages: this.traffic.serverMessages,
      notYetEverywhere: this.judge.notYetEverywhere,
      violations: this.judge.violationCount,
    };
  }

  abort(reason: string): void {
    this.finish(reason);
  }

  private beginWorkload(): void {
    const { settings } = this.plan;
    const { clock, random } = this.ports;
    if (!this.enter("workload")) return;
    this.origin = clock.now();
    this.ports.listener?.messages?.workloadBegan(this.origin);
    this.lateness.start();
    this.nemesis.begin();
    clock.schedule(settings.timeLimit, () => this.nemesis.pause());
    this.workload = new Workload(
      { workers: this.workers, clock, random: random.workload, drained: () => this.recover() },
      settings,
    );
    this.workload.start();
  }

  private recover(): void {
    if (!this.enter("recovering")) return;
    this.nemesis.end(() => {
      this.cancelRecovery = this.ports.clock.schedule(this.plan.settings.quiescence, () => this.readFinally());
    });
  }

  private readFinally(): void {
    if (!this.enter("final reads")) return;
    // Maelstrom does not read nodes without a client, so their values would never be checked.
    const others = this.plan.settings.nodeIds.slice(this.workers.length);
    const readers = [...this.workers, ...others.map((node, index) => this.createWorker(node, -1 - index))];
    let missing = readers.length;
    for (const reader of readers) {
      reader.perform({ operation: "read", final: true }, () => {
        if (--missing === 0) this.watchTheEnd();
      });
    }
  }

  /** A node that exits right after its final read has exited too early: Maelstrom would find it dead. */
  private watchTheEnd(): void {
    this.cancelRecovery = this.ports.clock.schedule(LAST_WATCH, () => this.finish(undefined));
  }

  private finish(cutShort: string | undefined): void {
    if (!this.enter("finished")) return;
    this.lateness.stop();
    this.workload?.stop();
    this.cancelRecovery?.();
    this.nemesis.cancel();
    this.network.stop();
    this.cluster.stop();
    const end: EndEvent = {
      type: "end",
      time: this.time(),
      ...(cutShort === undefined ? {} : { cutShort }),
      traffic: this.traffic.snapshot(),
      lateness: this.lateness.summary(this.origin),
      ...this.loadGaps(),
      ...(this.unknownRequests.all().length > 0 && { unknownRequests: this.unknownRequests.all() }),
      ...(this.lateReads.count > 0 && { lateReads: this.lateReads }),
      ...(this.strayReplies.isEmpty ? {} : { strayReplies: this.strayReplies.summary() }),
      ...(this.machineFault === undefined ? {} : { machineFault: this.machineFault }),
    };
    this.ports.listener?.event?.(end);
    this.onFinished(this.judge.finish(end));
  }

  private loadGaps(): Pick<EndEvent, "load"> {
    if (this.workload === undefined) return {};
    const waits = this.lateness.shareOfWaits(this.workload.waitsForNodes);
    const delays = this.lateness.shareOfDelays(this.workload.ownDelays);
    return { load: { byNodes: waits.ofNodes + delays.ofNodes, byBench: waits.ofBench + delays.ofBench } };
  }

  /** Enters a phase; false if the run has been cut short, and nothing more may happen. */
  private enter(phase: Phase): boolean {
    if (this.phase === "finished") return false;
    this.phase = phase;
    this.ports.listener?.phase?.(phase);
    return true;
  }

  private record(event: Exclude<HistoryEvent, StartEvent | EndEvent>): void {
    if (this.phase === "finished") return;
    this.ports.listener?.event?.(event);
    this.judge.add(event);
    if (event.type === "ok" && event.operation === "read" && !this.plan.hasHiddenMessages) this.traceOrigins(event);
  }

  /** Reports values of a read that cannot have come by messages. */
  private traceOrigins({ node, values = [], line }: CompleteEvent): void {
    const found = this.provenance.withoutWay(node, values, this.judge.valueCount);
    if (found.length === 0) return;
    const problem = sideChannelProblem(node, found, (at) => at - this.origin);
    this.breached({ rule: "side-channel", node, problem, ...(line !== undefined && { line }) });
  }

  /** A node that the bench itself has paused is excused for not reading. */
  private overflowed(overflow: Overflow, isReading: boolean): void {
    const isStuck = !isReading && !this.cluster.isPaused(overflow.receiver);
    const node = isStuck ? overflow.receiver : overflow.sender;
    this.breached({ rule: "overflow", node, problem: overflowProblem(overflow, isStuck) });
    this.finish("the messages in flight no longer fit into memory");
  }

  private breached(breach: Breach): void {
    if (this.phase === "finished") return;
    const violation: Violation = { ...breach, time: this.time() };
    this.record({ type: "violation", violation });
    this.announce(violation);
    // A node that uses another node's name is still heard, as in Maelstrom.
    if (this.phase === "starting" && breach.delivered === undefined) this.finish("the cluster did not start");
    else if (breach.rule === "node-ended") this.finish(`${breach.node} exited`);
    else if (RULES_OF_THE_START.has(breach.rule)) this.finish(`${breach.node} did not restart`);
  }

  private announce(violation: Violation): void {
    this.ports.listener?.violation?.(violation);
    // Wrong replies alone do not end a run, so that its end can be judged as Maelstrom would.
    if (this.judge.silencingCount >= MOST_VIOLATIONS_KEPT) this.finish(`there were ${MOST_VIOLATIONS_KEPT} violations`);
  }

  private get concurrency(): number {
    return this.plan.settings.concurrency ?? this.plan.settings.nodeIds.length;
  }

  private createWorker(node: string, index: number): Worker {
    const parts: WorkerParts = {
      network: this.network,
      clock: this.ports.clock,
      time: () => this.time(),
      record: (event) => this.record(event),
      strayReply: (operation, inReplyTo) => this.strayReplies.note(operation, inReplyTo),
      lateRead: (after) => {
        this.lateReads = { count: this.lateReads.count + 1, soonest: Math.min(this.lateReads.soonest, after) };
      },
      malformedReply: (asked, problem, { from, line, body }) =>
        this.breached({
          rule: "malformed-reply",
          node: from,
          problem: forClientOf(asked, from, problem),
          line,
          text: excerpt(jsonText(body)),
        }),
    };
    return new Worker(parts, node, { index, count: this.concurrency });
  }

  private startEvent(): StartEvent {
    const { settings, limits, challenge } = this.plan;
    return { type: "start", version: 1, settings, limits, ...(challenge === undefined ? {} : { challenge }) };
  }

  /** In ms since `origin`, to the microsecond. */
  private time(): number {
    return Math.round((this.ports.clock.now() - this.origin) * 1000) / 1000;
  }
}
