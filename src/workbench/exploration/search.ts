import type { Random } from "../../domain/ports/random.js";
import type { BrokenPromise } from "./broken-promise.js";
import { ExploredCluster } from "./explored-cluster.js";
import { Pasts } from "./pasts.js";
import { describeRun } from "./run-in-words.js";
import type { ExploredScenario } from "./scenario.js";
import { type Path, stepsOf } from "./step.js";

/** A state that waits to be visited. */
interface Branch {
  readonly path: Path | undefined;
  readonly depth: number;
}

/** A run that breaks a promise. */
export interface FailedRun {
  readonly broken: BrokenPromise;
  /** The run in words; see `describeRun`. */
  readonly lines: readonly string[];
}

/**
 * Visits the states of a scenario, each once. Nodes cannot be copied, so a run goes on from state to state until it meets
 * a known one, and any other state is reached by another run with the same beginning.
 */
export class Search {
  /** Distinct states that were visited. */
  states = 0;
  /** Steps that lead from these states to others, most of which are known then. */
  steps = 0;
  /** Distinct states among them in which nothing more happens. */
  quiescent = 0;
  /** Most steps from the start to a state. */
  depth = 0;
  /** The first run that breaks a promise. The search ends with it. */
  failed: FailedRun | undefined;
  private readonly pasts = new Pasts();
  private readonly known = new Set<string>();
  private readonly waiting: Branch[] = [{ path: undefined, depth: 0 }];

  /** @param random chooses the next state, so that a search that ends early has seen many parts of the whole */
  constructor(
    private readonly scenario: ExploredScenario,
    private readonly random: Random,
  ) {}

  /** Whether every state was visited. */
  get isComplete(): boolean {
    return this.waiting.length === 0 && this.failed === undefined;
  }

  /** Goes on until this many states were visited, none is left, or a promise is broken. */
  visit(states: number): void {
    while (this.states < states && this.failed === undefined) {
      const branch = this.next();
      if (branch === undefined) return;
      this.run(branch, states);
    }
  }

  private next(): Branch | undefined {
    const choice = Math.floor(this.random.next() * this.waiting.length);
    const branch = this.waiting[choice];
    const last = this.waiting.pop();
    if (last !== undefined && last !== branch) this.waiting[choice] = last;
    return branch;
  }

  /** Goes from a state to its successors, one after the other, until all are known. */
  private run({ path, depth }: Branch, most: number): void {
    const cluster = new ExploredCluster(this.scenario, this.pasts);
    for (const step of stepsOf(path)) cluster.take(step);
    for (;;) {
      this.states++;
      this.depth = Math.max(this.depth, depth);
      const steps = cluster.steps();
      this.steps += steps.length;
      if (steps.every(({ kind }) => kind === "crash")) {
        this.quiescent++;
        cluster.checkConvergence();
      }
      if (cluster.broken !== undefined) {
        this.failed = {
          broken: cluster.broken,
          lines: describeRun(new ExploredCluster(this.scenario, this.pasts), stepsOf(path)),
        };
        return;
      }
      const [next, ...others] = steps.filter((step) => this.isNew(cluster.nameAfter(step)));
      for (const step of others) this.waiting.push({ path: { before: path, step }, depth: depth + 1 });
      if (next === undefined) return;
      depth++;
      path = { before: path, step: next };
      if (this.states >= most) {
        this.waiting.push({ path, depth });
        return;
      }
      cluster.take(next);
    }
  }

  private isNew(name: string): boolean {
    if (this.known.has(name)) return false;
    this.known.add(name);
    return true;
  }
}
