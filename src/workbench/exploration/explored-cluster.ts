import { resolveSettings } from "../../application/settings/settings.js";
import { Carriers } from "../simulation/carriers.js";
import type { Invariant } from "../simulation/outcome.js";
import type { BrokenPromise } from "./broken-promise.js";
import { ExploredNode } from "./explored-node.js";
import type { Pasts } from "./pasts.js";
import { type ExploredScenario, RESTART, SETTLING } from "./scenario.js";
import { eventOf, type FlyingMessage, type Step } from "./step.js";

/**
 * One run of a small cluster, step by step. Only the order of things counts: a message takes any time between the bounds,
 * and arrives at the earliest moment of its receiver that this order allows. Timers run in the order of their due times, and
 * not before the messages that have to arrive until then.
 */
export class ExploredCluster {
  readonly nodes: readonly ExploredNode[];
  private readonly flying = new Map<number, FlyingMessage>();
  private readonly requests: Map<number, number>;
  /** Messages that never arrived. */
  private readonly gone = new Set<number>();
  private readonly carriers = new Carriers();
  private readonly acknowledged = new Set<number>();
  private hasFailed = false;
  /** When the latest timers ran, in ms. */
  private time = 0;
  private restart: { readonly node: number; readonly at: number } | undefined;
  /** The first promise that was broken. */
  broken: BrokenPromise | undefined;

  constructor(
    private readonly scenario: ExploredScenario,
    private readonly pasts: Pasts,
  ) {
    const settings = resolveSettings({ preset: scenario.preset, fanOut: scenario.fanOut });
    const members = Array.from({ length: scenario.nodes }, (_, index) => `n${index}`);
    this.requests = new Map(scenario.receivers.map((node, value) => [value, node]));
    this.nodes = members.map(
      (_, index) =>
        new ExploredNode(
          { index, members, settings, pasts, breakage: scenario.breakage },
          {
            sent: (message) => this.flying.set(message.id, message),
            acknowledged: (value) => this.acknowledged.add(value),
            learned: (value) => this.learned(index, value),
          },
        ),
    );
    for (const node of this.nodes) this.check(() => node.begin(0));
  }

  /** The messages that have neither arrived nor got lost, in the order in which they were sent. */
  underWay(): FlyingMessage[] {
    return [...this.flying.values()];
  }

  /** Everything that may happen next; what belongs to a fault comes last. */
  steps(): Step[] {
    const steps: Step[] = [];
    for (const message of this.flying.values())
      if (this.mayArrive(message)) steps.push({ kind: "deliver", node: message.to, message: message.id });
    for (const [value, node] of this.requests)
      if (this.isAlive(node)) steps.push({ kind: "request", node, value, at: this.timeAt(node) });
    steps.push(...this.dueSteps());
    if (this.hasFailed) return steps;
    if (this.scenario.fault === "loss") for (const message of this.flying.keys()) steps.push({ kind: "lose", message });
    if (this.scenario.fault === "crash")
      for (const { index } of this.nodes)
        if (this.time <= this.scenario.window) steps.push({ kind: "crash", node: index, at: this.timeAt(index) });
    return steps;
  }

  /** A name of the state that the step leads to: equal names, equal states. */
  nameAfter(step: Step): string {
    const pasts = this.nodes.map(({ past }) => past);
    const gone = [...this.gone];
    const lost = this.lostBy(step);
    if (lost !== undefined) gone.push(lost);
    else if (step.kind !== "lose") pasts[step.node] = this.pasts.after(pasts[step.node] as number, eventOf(step));
    return `${pasts.join(" ")}|${gone.sort((one, other) => one - other).join(" ")}`;
  }

  take(step: Step): void {
    this.check(() => this.happen(step));
  }

  /** Checks the promises that hold once nothing more happens. */
  checkConvergence(): void {
    // Otherwise the model, not the node, is wrong: nobody could notice what never happens.
    const isUnderWay = [...this.flying.values()].some((message) => this.arrival(message) <= this.end);
    if (isUnderWay || this.restart !== undefined || this.requests.size > 0)
      throw new Error("the run has ended, and something has still to happen");
    const living = this.nodes.filter(({ isAlive }) => isAlive);
    const somewhere = new Set(living.flatMap(({ known }) => [...known]));
    for (const { index, known, unanswered } of living) {
      for (const value of unanswered) this.fail("unanswered", `n${index} never answered the broadcast of ${value}`);
      for (const value of this.acknowledged)
        if (!known.has(value) && !this.carriers.isExempt(value))
          this.fail("lost", `n${index} lacks ${value}, which was acknowledged`);
      for (const value of somewhere)
        if (!known.has(value)) this.fail("disagreement", `n${index} lacks ${value}, which others know`);
    }
  }

  private happen(step: Step): void {
    const lost = this.lostBy(step);
    if (lost !== undefined) {
      this.flying.delete(lost);
      this.gone.add(lost);
    } else if (step.kind !== "lose") this.nodeAt(step.node).happens(eventOf(step));
    switch (step.kind) {
      case "lose":
        this.hasFailed = true;
        return;
      case "deliver": {
        if (lost !== undefined) return;
        const message = this.flying.get(step.message) as FlyingMessage;
        this.flying.delete(message.id);
        this.nodeAt(step.node).receive(message, this.arrival(message));
        return;
      }
      case "request":
        this.requests.delete(step.value);
        this.nodeAt(step.node).request(step.value, step.at);
        return;
      case "timers":
        this.time = this.nodeAt(step.node).nextDue as number;
        this.nodeAt(step.node).runTimers();
        return;
      case "crash": {
        const node = this.nodeAt(step.node);
        this.hasFailed = true;
        this.restart = { node: step.node, at: step.at + RESTART };
        for (const value of node.known) this.carriers.remove(value);
        node.die();
        return;
      }
      case "restart":
        this.time = (this.restart as { at: number }).at;
        this.nodeAt(step.node).begin(this.time);
        this.restart = undefined;
        return;
      default:
        step satisfies never;
    }
  }

  /** The message that no process gets after this step, because it is lost or its receiver is dead. */
  private lostBy(step: Step): number | undefined {
    return step.kind === "lose" || (step.kind === "deliver" && !this.isAlive(step.node)) ? step.message : undefined;
  }

  /** The timers that are due first, or the restart, unless something has to happen before. */
  private dueSteps(): Step[] {
    let first = this.end;
    const due: { readonly at: number; readonly step: Step }[] = [];
    for (const { index, nextDue } of this.nodes)
      if (nextDue !== undefined) due.push({ at: nextDue, step: { kind: "timers", node: index } });
    if (this.restart !== undefined)
      due.push({ at: this.restart.at, step: { kind: "restart", node: this.restart.node } });
    for (const { at } of due) first = Math.min(first, at);
    if (this.deadline() < first) return [];
    return due.flatMap(({ at, step }) => (at === first ? [step] : []));
  }

  /** Timers that are due later do not run. */
  private get end(): number {
    return this.scenario.window + RESTART + SETTLING;
  }

  /** By then the next message or request has to arrive. */
  private deadline(): number {
    const { latency, window } = this.scenario;
    let first = [...this.requests.values()].some((node) => this.isAlive(node)) ? window : Number.POSITIVE_INFINITY;
    for (const { sentAt } of this.flying.values()) first = Math.min(first, sentAt + latency[1]);
    return first;
  }

  /** A message does not overtake the timers of its receiver. */
  private mayArrive(message: FlyingMessage): boolean {
    const { nextDue } = this.nodeAt(message.to);
    return nextDue === undefined || this.arrival(message) <= nextDue;
  }

  /** The present time at a node: what comes from outside the cluster has no cause that would say when it comes. */
  private timeAt(node: number): number {
    return Math.max(this.time, this.nodeAt(node).now);
  }

  private arrival({ to, sentAt }: FlyingMessage): number {
    return Math.max(this.nodeAt(to).now, sentAt + this.scenario.latency[0]);
  }

  private learned(index: number, value: number): void {
    if (this.scenario.receivers[value] === undefined) this.fail("invented", `n${index} shows ${JSON.stringify(value)}`);
    this.carriers.add(value);
  }

  private check(act: () => void): void {
    try {
      act();
      for (const node of this.nodes) {
        const problem = node.observe();
        if (problem !== undefined) this.fail(problem.invariant, problem.problem);
      }
    } catch (error) {
      this.fail("crashed", error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  private fail(invariant: Invariant, problem: string): void {
    this.broken ??= { invariant, problem };
  }

  private isAlive(node: number): boolean {
    return this.nodeAt(node).isAlive;
  }

  private nodeAt(index: number): ExploredNode {
    return this.nodes[index] as ExploredNode;
  }
}
