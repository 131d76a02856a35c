import type { JsonValue } from "../../../src/domain/values/json-value.js";
import type { TestCluster } from "../../support/cluster.js";

/** One value's way through a cluster. Times in ms, by the cluster's clock, to 10 ms. */
export interface Arrival {
  /** Whom a client gave it to. */
  readonly acceptedBy: string;
  readonly acceptedAt: number;
  /** When each member had it; who is missing never had it. */
  readonly storedAt: ReadonlyMap<string, number>;
}

/** Watches when which member of a cluster has which value. */
export class Arrivals {
  private readonly arrivals = new Map<JsonValue, Arrival & { storedAt: Map<string, number> }>();
  private readonly seen = new Map<string, number>();

  constructor(private readonly cluster: TestCluster) {}

  /** Gives a value to a member, as a client would. */
  broadcast(id: string, value: JsonValue): void {
    this.arrivals.set(value, { acceptedBy: id, acceptedAt: this.cluster.clock.now(), storedAt: new Map() });
    this.cluster.broadcast(id, value);
  }

  /** Lets the time pass, and looks what comes. */
  run(duration: number): void {
    for (let rest = duration; rest > 0; rest -= 10) {
      this.cluster.run(Math.min(10, rest));
      for (const [id, node] of this.cluster.nodes) this.look(id, node.values());
    }
  }

  all(): readonly Arrival[] {
    return [...this.arrivals.values()];
  }

  private look(id: string, values: readonly JsonValue[]): void {
    for (let index = this.seen.get(id) ?? 0; index < values.length; index++)
      this.arrivals.get(values[index] as JsonValue)?.storedAt.set(id, this.cluster.clock.now());
    this.seen.set(id, values.length);
  }
}

/** When the last of these members had the value, in ms by the cluster's clock; `Infinity` if one never had it. */
export function lastOf(arrival: Arrival, members: Iterable<string>): number {
  return Math.max(...[...members].map((id) => arrival.storedAt.get(id) ?? Number.POSITIVE_INFINITY));
}
