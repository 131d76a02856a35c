import type { MemberLag } from "../delta/lag-meter.js";
import type { RetentionGroups, RetentionPolicy } from "../retention/retention.js";
import type { DotRange } from "../values/dot.js";
import type { JsonValue } from "../values/json-value.js";
import type { DottedValue } from "../values/value-log.js";
import type { UnmetWriteConcern, WriteConcern } from "../write-concern/write-concern.js";
import type { Clock } from "./clock.js";
import type { OpenJournal } from "./journal.js";
import type { Log } from "./log.js";
import type { Random } from "./random.js";
import type { Transport } from "./transport.js";

/** A running member of the cluster, as its clients and peers see it. */
export interface BroadcastNode {
  /**
   * Stores the value and sends it to every other member.
   * @param answer called once: without an argument when the write concern is met, or with the unmet write concern after
   * the timeout
   * @param concern the write concern; by default the value must be stored durably on this node
   */
  broadcast(value: JsonValue, answer: (unmet?: UnmetWriteConcern) => void, concern?: WriteConcern): void;
  /**
   * Waits until the latest value that this node has accepted is on enough members.
   * @param answer as for `broadcast`
   */
  confirmLatest(answer: (unmet?: UnmetWriteConcern) => void, concern: WriteConcern): void;
  /** Finds out whether these members are alive. Those that do not answer become suspects. */
  probe(members: readonly string[]): void;
  /** Every value that is stored durably on this node, each once, in the order of arrival. */
  values(): readonly JsonValue[];
  /** The same values, each with its first dot. */
  dotted(): readonly DottedValue[];
  /** Whether the value is among them. */
  has(value: JsonValue): boolean;
  /** The dots that this node knows and whose values it does not have: they were deleted, here or before they came here. */
  gone(): readonly DotRange[];
  /** The limits of a group of `ReplicaOptions.retentionGroups` have changed. */
  retentionChanged(): void;
  /** The state of the node at this moment. */
  status(): NodeStatus;
  /** The part of `status` that costs nothing to find out. */
  view(): Pick<NodeStatus, "root" | "suspects">;
  /**
   * Sends nothing until `start` is called, a member speaks to this node, or 10 s have passed: until then a member may not have
   * started (under Maelstrom a message to it would silence this node).
   */
  standBy(): void;
  /**
   * Allows the node to send to other members (under Maelstrom: its `topology` has come). If the node sends already,
   * only the tree changes, and only if it follows the topology.
   * @param topology neighbours by member id
   */
  start(topology: ReadonlyMap<string, readonly string[]>): void;
  /**
   * Changes the members of the cluster.
   * @param members as in `ClusterView`
   */
  regroup(members: readonly string[]): void;
  /** Handles a message of another member. An invalid message is dropped with one log line. */
  receive(from: string, body: unknown): void;
  /** Sends pending messages at once and schedules nothing more. */
  stop(): void;
}

/** The node's view of the other members. */
export interface NodeStatus {
  /** The root of the tree in this node's view. */
  readonly root: string;
  /** The members that are unreachable or silent. */
  readonly suspects: readonly string[];
  /** For each neighbour, the number of values that it lacks and that are not in flight to it. */
  readonly backlog: ReadonlyMap<string, number>;
  /** Round trip to each measured member: the 90th percentile, in ms. */
  readonly roundTrips: ReadonlyMap<string, number>;
  /** How far each member is behind that confirms values to this node. */
  readonly lags: ReadonlyMap<string, MemberLag>;
}

/** Identity and retention of values, and listeners. */
export interface ReplicaOptions {
  /** Whether each broadcast of an equal value counts separately. Otherwise equal values are one value. Default: false. */
  readonly allowDuplicates?: boolean;
  /** Retention of values; all are kept if absent. */
  readonly retain?: RetentionPolicy;
  /** Groups of values with limits of their own; none if absent. */
  readonly retentionGroups?: RetentionGroups;
  /** Called once for every new value of `values`, in the same order. */
  readonly delivered?: (values: readonly DottedValue[]) => void;
  /** Called with ranges of deleted values that this node has never received and cannot receive any more. */
  readonly missed?: (dots: readonly DotRange[]) => void;
  /** Called when the root or the suspects of `status` may have changed. */
  readonly viewChanged?: () => void;
  /** Called once, when this node has caught up after its start; see `Readiness`. */
  readonly ready?: () => void;
}

/** The cluster as `init` describes it. */
export interface ClusterView {
  /** This node's id. */
  readonly self: string;
  /** Every member, this node included, in the order that all members share: the first one is the root. */
  readonly members: readonly string[];
}

/** Creates the node once the cluster is known. */
export type BroadcastNodeFactory = (cluster: ClusterView) => BroadcastNode;

/** Implementations of the ports that a node needs. */
export interface NodePorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Opens the journal in which the node stores its values; without it, values are lost in a crash. */
  readonly openJournal?: OpenJournal;
}
