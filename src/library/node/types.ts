import type { LogOption } from "../../application/options/guarded-log.js";
import type { Clock } from "../../domain/ports/clock.js";
import type { OpenJournal } from "../../domain/ports/journal.js";
import type { Membership } from "../../domain/ports/membership.js";
import type { Random } from "../../domain/ports/random.js";
import type { DroppedMessages, MemberId, Transport } from "../../domain/ports/transport.js";
import type { RetentionPolicy } from "../../domain/retention/retention.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import type { BacklogOptions } from "./backlog.js";
import type { Codec } from "./codecs/codec.js";

/** Target latencies in ms: larger values mean fewer messages. */
export interface Budget {
  /** Half of the values are on every member within this time. Default: no separate limit. */
  readonly median?: number;
  /** Every value is on every member within this time. Default: twice the median. */
  readonly max?: number;
}

/** A budget by name: see the presets in docs/settings.md. */
export type BudgetName = "default" | "frugal" | "eager";

/**
 * Number of members that have stored a value before its broadcast resolves, this one included: `"local"` is 1, `"all"` is every
 * member at that moment. A member counts once it has confirmed the value; with a journal, once its journal has stored it.
 */
export type Acknowledgement = "local" | number | "all";

/** Options of one broadcast. */
export interface BroadcastOptions {
  /** Number of members that have it before `broadcast` resolves. Default: the option of `createNode`. */
  readonly ack?: Acknowledgement;
  /** Time to wait for other members, in ms, from when the value was accepted. Default: the option of `createNode`. */
  readonly ackTimeout?: number;
  /** Whether to wait for room if the backlog is full. If false, `broadcast` rejects with `BacklogFull` instead. Default: true. */
  readonly wait?: boolean;
}

/** Options of `createNode`. Every node of a cluster needs the same `members`, `budget`, `identity`, `retain` and `codec`. */
export interface NodeOptions<Value = JsonValue> {
  /** This node's id, one of the members. */
  readonly id: MemberId;
  /** All members, this node included, in the same order on every node: the first one is the root. Or a membership that finds them. */
  readonly members: readonly MemberId[] | Membership;
  /** Target latencies. Default: `"default"`, a median of 462 ms and a maximum of 655 ms. */
  readonly budget?: Budget | BudgetName;
  /** Carries messages to the other members. `close` of the node also closes the transport. */
  readonly transport: Transport;
  /**
   * Where the node stores its values: the path of a folder, in which it creates a subfolder, or your own journal. Default: not stored;
   * a node that is killed loses the values that it has not sent yet. With a journal, `values()`, `has`, deliveries and `stats` show a
   * value only once it is stored (with a folder: about 10 ms later), so that no visible value disappears in a crash.
   */
  readonly journal?: string | OpenJournal;
  /**
   * Number of members that have a value before its broadcast resolves. More than `"local"` costs a few messages per round. Default:
   * `"local"`, this member alone.
   */
  readonly ack?: Acknowledgement;
  /**
   * Time that a broadcast waits for other members, in ms, before it rejects with `NotConfirmed`. Default: 3500, or the budget's
   * maximum plus 1500 if that is more.
   */
  readonly ackTimeout?: number;
  /** Identity of values. `content`: equal values are one value, as in a set. `event`: each broadcast counts. Default: `content`. */
  readonly identity?: "content" | "event";
  /**
   * Which values are kept. Default: all, forever. A value is deleted only once every reachable member has it, and not in its first
   * four minutes, or the first three after a restart of this node from its journal. With identity `content` an equal value that is
   * broadcast after that is new.
   */
  readonly retain?: RetentionPolicy;
  /**
   * Bounds of the values that this node has accepted from its program and that other members may lack. Beyond them `broadcast` waits.
   * Default: 16 MiB and 100,000 values.
   */
  readonly backlog?: BacklogOptions;
  /** Encodes values that JSON cannot represent. Default: `jsonCodec`; `richCodec` supports dates, maps, bytes and more. */
  readonly codec?: Codec<Value>;
  /** Receives the events for the operator, as lines or with level, code and fields; see `pinoLog` and `consoleLog`. Default: no log. */
  readonly log?: LogOption;
  /** Default: the machine's clock. A test may use `FakeClock` of `tidecast/testing`. */
  readonly clock?: Clock;
  /** Default: the machine's random numbers. A test may use `SeededRandom` of `tidecast/testing`. */
  readonly random?: Random;
  /**
   * Number of this life of the member: a whole number, larger in each later life. Default: the time of day in units of 1/1024 ms;
   * with a journal always larger than before. If other members know a larger one, the node logs it and continues with a still larger
   * one.
   */
  readonly incarnation?: number;
}

/** A value that is new to a node: its own, or another member's. */
export interface Delivery<Value> {
  readonly value: Value;
  /** The member that broadcast it. */
  readonly member: MemberId;
  /** That member in one of its lives, `member@incarnation`. Author and number together identify this broadcast permanently. */
  readonly author: string;
  /** Counts the author's broadcasts, of all topics, from 1. They may be delivered in another order. */
  readonly number: number;
  /** The name of the topic; absent for a value of the node itself. */
  readonly topic?: string;
}

/** Values that a node can no longer receive: it was away for longer than the others keep them. */
export interface Missed {
  /** Number of values. */
  readonly count: number;
  /** Number of values per author, and their numbers as ranges with both ends included. */
  readonly authors: readonly {
    readonly member: MemberId;
    readonly author: string;
    readonly count: number;
    readonly numbers: readonly (readonly [first: number, last: number])[];
  }[];
}

/** A member of the cluster, as one node sees it. */
export interface Member {
  readonly id: MemberId;
  readonly isSelf: boolean;
  /** A suspected member is unreachable or silent. With members that come and go it is removed unless it comes back soon. */
  readonly state: "alive" | "suspected";
  /** Address at which other members reach it, if the membership knows it. */
  readonly address?: string;
  /** When it joined, in ms since 1970, if the membership knows it; it may be later than its clock said. */
  readonly joined?: number;
}

/** A change of one member. */
export interface MemberChange {
  /**
   * `joined`: a new member. `left`: it has closed, or was removed after a suspicion. `suspected`: it is unreachable or silent. `back`:
   * it was suspected, and is there. A member that was restarted has left and joined.
   */
  readonly what: "joined" | "left" | "suspected" | "back";
  readonly member: MemberId;
  /** Number of members after the change. */
  readonly members: number;
}

/** Another member is the root of the tree, as this node sees it. */
export interface RootChange {
  readonly root: MemberId;
  readonly before: MemberId;
}

/** The node has caught up after its start. */
export interface Ready {
  /** Number of values that it has, of all topics. */
  readonly values: number;
}

/** Events of a node. */
export interface NodeEvents<Value> {
  /** A value of the node itself, and not of a topic, is new here. */
  delivery: Delivery<Value>;
  /** Values will never arrive here. */
  missed: Missed;
  /** A member has joined, left, or become unreachable, or is back. The members at the start are not reported. */
  member: MemberChange;
  /** The root has changed. */
  root: RootChange;
  /**
   * Something failed that no call reports: the journal was lost, a value cannot be decoded (`UndecodableValue`, of any topic), or a message
   * could not be handled. The log has it as well. Without a listener nothing happens.
   */
  error: Error;
  /**
   * The node has every value that another member had when the two first compared, or there is no other member. Once; at the earliest
   * after the code that awaits `createNode` has added its listeners.
   */
  ready: Ready;
  /** Messages to another member were dropped before they were sent. The protocol sends again what still matters. */
  dropped: DroppedMessages;
}

/** How far a member is behind a node. */
export interface MemberLag {
  /** Number of values of the node that the member has not confirmed. */
  readonly values: number;
  /** Whether there may be more of them, because only the latest were counted: a suspect may lack too many to count. */
  readonly isLowerBound: boolean;
  /** Time since the oldest of them was accepted, in ms; 0 if there are none. */
  readonly age: number;
}

/** State of a node, and its counters since the start. */
export interface NodeStats {
  /** Messages to other members, and bytes of JSON in them, without the transport's overhead. */
  readonly sent: { readonly messages: number; readonly bytes: number };
  /** Messages from other members. */
  readonly received: { readonly messages: number };
  /** Number of values that this node has, of all topics. */
  readonly values: number;
  /** Round trip to each measured member: the 90th percentile, in ms. */
  readonly roundTrips: Readonly<Record<MemberId, number>>;
  /** For each neighbour in the tree: the number of values that it lacks, as far as this node knows, and that have not been sent yet. */
  readonly backlog: Readonly<Record<MemberId, number>>;
  /**
   * How far each member is behind that confirms values to this node: its neighbours in the tree, or every member while the node sends
   * values to all of them directly. Confirmations ride on other messages, so the values of the last seconds may be unconfirmed.
   */
  readonly lags: Readonly<Record<MemberId, MemberLag>>;
  /** Number of broadcasts of this node that wait for room in its backlog; see the option `backlog`. */
  readonly waiting: number;
  /** The root of the tree in this node's present view. */
  readonly root: MemberId;
  /** The members that are unreachable or silent at the moment. */
  readonly suspects: readonly MemberId[];
  /** All members, this node included, in their order; see `members()`. */
  readonly members: readonly Member[];
  /** Whether the node has caught up after its start; see the event `ready`. */
  readonly isReady: boolean;
  /** Messages to other members that were dropped before they were sent, as far as the transport counts them. */
  readonly dropped: { readonly messages: number };
}
