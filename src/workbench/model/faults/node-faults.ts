import type { Clock } from "../../../domain/ports/clock.js";
import type { Fault } from "./fault.js";
import type { FaultName } from "./fault-settings.js";
import type { Victims } from "./victims.js";

/** The actions of a fault on a node. */
export interface NodeControl {
  /** Ends the node at once. */
  kill(nodeId: string): void;
  /** Restarts a killed node; calls `ready` once it has answered `init`, and `topology` if it gets one. */
  restart(nodeId: string, withTopology: boolean, ready: () => void): void;
  /** Pauses the node until `resume`. */
  pause(nodeId: string): void;
  resume(nodeId: string): void;
}

interface NodeFaultDeps {
  readonly nodes: NodeControl;
  readonly victims: Victims;
}

/** A fault of one node at a time, chosen anew each time. */
abstract class NodeFault<Deps extends NodeFaultDeps = NodeFaultDeps> implements Fault {
  abstract readonly name: FaultName;
  private victim: string | undefined;

  constructor(
    protected readonly deps: Deps,
    readonly duration: number,
  ) {}

  start(): string {
    this.victim = this.deps.victims.strike();
    if (this.victim === undefined) return "no node: another fault has already struck";
    return this.strike(this.victim);
  }

  stop(whole: (detail: string) => void): void {
    const { victim } = this;
    if (victim === undefined) {
      whole("no node was struck");
      return;
    }
    this.heal(victim, (detail) => {
      this.deps.victims.release(victim);
      whole(detail);
    });
  }

  protected abstract strike(victim: string): string;
  protected abstract heal(victim: string, whole: (detail: string) => void): void;
}

interface KillFaultDeps extends NodeFaultDeps {
  readonly clock: Clock;
}

/** Kills a node, and restarts it after its downtime: with `init` only, as Maelstrom does, or with a topology as well. */
export class KillFault extends NodeFault<KillFaultDeps> {
  readonly name = "kill";

  constructor(
    deps: KillFaultDeps,
    downtime: number,
    private readonly withTopology: boolean,
  ) {
    super(deps, downtime);
  }

  protected strike(victim: string): string {
    this.deps.nodes.kill(victim);
    return `${victim} is killed`;
  }

  protected heal(victim: string, whole: (detail: string) => void): void {
    const { nodes, clock } = this.deps;
    const restartedAt = clock.now();
    nodes.restart(victim, this.withTopology, () => {
      const took = clock.now() - restartedAt;
      whole(`${victim} is back, ready ${took.toFixed(0)} ms after its restart`);
    });
  }
}

/** Pauses a node, and resumes it. */
export class PauseFault extends NodeFault {
  readonly name = "pause";

  protected strike(victim: string): string {
    this.deps.nodes.pause(victim);
    return `${victim} is paused`;
  }

  protected heal(victim: string, whole: (detail: string) => void): void {
    this.deps.nodes.resume(victim);
    whole(`${victim} is resumed`);
  }
}
