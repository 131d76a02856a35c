import type { JsonValue } from "../domain/json-value.js";

/** What a running member of the cluster does for its clients and peers; the protocol lives behind it. */
export interface BroadcastNode {
  /** Stores the value and lets it travel to every other member. `whenAccepted` is called once the value may be acknowledged. */
  broadcast(value: JsonValue, whenAccepted: () => void): void;
  /** Every value that this node knows, each once, in the order in which they came. */
  values(): readonly JsonValue[];
  /** From now on the node may send to other members (on Maelstrom: its `topology` has come). `topology`: neighbours by member id. */
  start(topology: ReadonlyMap<string, readonly string[]>): void;
  /** Others belong to the cluster from now on: `members` as in `ClusterView`. */
  regroup(members: readonly string[]): void;
  /** Handles a message of another member; anything that is not understood is dropped with one line of `log`. */
  receive(from: string, body: unknown): void;
  /** Sends what is pending at once and schedules nothing more. */
  stop(): void;
}

/** The cluster as `init` describes it. */
export interface ClusterView {
  /** This node's id. */
  readonly self: string;
  /** Every member, this node included, in the order that all members agree on: the first one is the root. */
  readonly members: readonly string[];
}

/** Builds the node once the cluster is known. */
export type BroadcastNodeFactory = (cluster: ClusterView) => BroadcastNode;
