import type { Clock } from "../../../domain/ports/clock.js";
import type { Fault } from "./fault.js";
import type { FaultName } from "./fault-settings.js";
import type { Victims } from "./victims.js";

/** What a fault can do to a node. */
export interface NodeControl {
  /** Ends the node at once. */
  kill(nodeId: string): void;
  /** Restarts a killed node; calls `ready` once it has answered `init`, and `topology` if it gets one. */
  restart(nodeId: string, withTopology: boolean, ready: () => void): void;
  /** Pauses the node until `resume`. */
  pause(nodeId: string): void;
  resume(nodeId: string): void;
}

/** A fault of one node at a time, chosen anew each time. */
abstract class NodeFault implements Fault {
  abstract readonly name: FaultName;
  private victim: string | undefined;

  constructor(
    readonly duration: number,
    protected readonly nodes: NodeControl,
    private readonly victims: Victims,
  ) {}

  start(): string {
    this.victim = this.victims.strike();
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
      this.victims.release(victim);
      whole(detail);
    });
  }

  protected abstract strike(victim: string): string;
  protected abstract heal(victim: string, whole: (detail: string) => void): void;
}

/** Kills a node, and restarts it after its downtime: with `init` only, as Maelstrom does, or with a topology as well. */
export class KillFault extends NodeFault {
  readonly name = "kill";

  constructor(
    downtime: number,
    nodes: NodeControl,
    victims: Victims,
    private readonly clock: Clock,
    private readonly withTopology: boolean,
  ) {
    super(downtime, nodes, victims);
  }

  protected strike(victim: string): string {
    this.nodes.kill(victim);
    return `${victim} is killed`;
  }

  protected heal(victim: string, whole: (detail: string) => void): void {
    const restartedAt = this.clock.now();
    this.nodes.restart(victim, this.withTopology, () => {
      const took = this.clock.now() - restartedAt;
      whole(`${victim} is back, ready ${took.toFixed(0)} ms after its restart`);
    });
  }
}

/** Pauses a node, and resumes it. */
export class PauseFault extends NodeFault {
  readonly name = "pause";

  protected strike(victim: string): string {
    this.nodes.pause(victim);
    return `${victim} is paused`;
  }

  protected heal(victim: string, whole: (detail: string) => void): void {
    this.nodes.resume(victim);
    whole(`${victim} is resumed`);
  }
}
