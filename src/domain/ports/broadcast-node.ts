import type { RetentionPolicy } from "../retention/retention.js";
import type { DotRange } from "../values/dot.js";
import type { JsonValue } from "../values/json-value.js";
import type { DottedValue } from "../values/value-log.js";
import type { UnmetWriteConcern, WriteConcern } from "../write-concern/write-concern.js";
import type { Clock } from "./clock.js";
import type { OpenJournal } from "./journal.js";
import type { Log } from "./log.js";
import type { Random } from "./random.js";
import type { Transport } from "./transport.js";

/** What a running member of the cluster does for its clients and peers; the protocol lives behind it. */
export interface BroadcastNode {
  /**
   * Stores the value and lets it travel to every other member.
   * @param answer called once: with nothing when the value may be acknowledged, or with what the assurance lacked in time
   * @param assurance what has to be sure before that; that it is here for good, if absent
   */
  broadcast(value: JsonValue, answer: (shortfall?: UnmetWriteConcern) => void, assurance?: WriteConcern): void;
  /** Every value that this node knows and that survives a crash of it, each once, in the order in which they came. */
  values(): readonly JsonValue[];
  /** The same, each with the dot under which it came first. */
  dotted(): readonly DottedValue[];
  /** Is the value among them? */
  has(value: JsonValue): boolean;
  /** How things stand at this moment. */
  status(): NodeStatus;
  /**
   * Sends nothing until `start` is called, a member speaks to this node, or 10 s have passed: before, a member may not be
   * there yet (on Maelstrom a message to it would silence this node).
   */
  standBy(): void;
  /**
   * From now on the node may send to other members (on Maelstrom: its `topology` has come). Once it does already, this only
   * changes the tree, if that follows the topology. `topology`: neighbours by member id.
   */
  start(topology: ReadonlyMap<string, readonly string[]>): void;
  /** Others belong to the cluster from now on: `members` as in `ClusterView`. */
  regroup(members: readonly string[]): void;
  /** Handles a message of another member; anything that is not understood is dropped with one line of `log`. */
  receive(from: string, body: unknown): void;
  /** Sends what is pending at once and schedules nothing more. */
  stop(): void;
}

/** How a node stands with the others. */
export interface NodeStatus {
  /** The member that this node takes for the root of the tree. */
  readonly root: string;
  /** The members that do not answer this node. */
  readonly suspects: readonly string[];
  /** For each neighbour, how many values it lacks as far as this node knows and that are not on their way to it. */
  readonly backlog: ReadonlyMap<string, number>;
  /** For each member that was measured, how long a message takes there and back, in ms: what nine of ten do not exceed. */
  readonly roundTrips: ReadonlyMap<string, number>;
}

/** What counts as a value, what is kept, and who is told of it. */
export interface ReplicaOptions {
  /** Does each broadcast count, even of an equal value? Otherwise a value is its content. Default: false. */
  readonly allowDuplicates?: boolean;
  /** What is kept; everything, if absent. */
  readonly retain?: RetentionPolicy;
  /** Told of every value that is new among `values`, once, in their order. */
  readonly delivered?: (values: readonly DottedValue[]) => void;
  /** Told of runs of values that were here for others, and cannot be had any more. */
  readonly missed?: (dots: readonly DotRange[]) => void;
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

/** What a node is composed of besides its settings: one implementation of each port. */
export interface NodePorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where the node writes down what it knows; nowhere, if absent. */
  readonly openJournal?: OpenJournal;
}
