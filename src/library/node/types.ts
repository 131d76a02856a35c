import type { Clock } from "../../domain/ports/clock.js";
import type { OpenJournal } from "../../domain/ports/journal.js";
import type { Log } from "../../domain/ports/log.js";
import type { Membership } from "../../domain/ports/membership.js";
import type { Random } from "../../domain/ports/random.js";
import type { MemberId, Transport } from "../../domain/ports/transport.js";
import type { RetentionPolicy } from "../../domain/retention/retention.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import type { Codec } from "./codecs/codec.js";

/** How late values may be, in ms: longer times mean fewer messages. */
export interface Budget {
  /** Half of the values are everywhere within this time. Default: no limit of its own. */
  readonly median?: number;
  /** Every value is everywhere within this time. Default: twice the median. */
  readonly max?: number;
}

/** A budget by name: see the table of presets in the README. */
export type BudgetName = "default" | "frugal" | "eager";

/**
 * How many members have a value before its broadcast resolves, this one included: `"local"` is 1, `"all"` every member there is
 * at that moment. A member counts once it has said that it has the value, with a journal that it is written down there.
 */
export type Acknowledgement = "local" | number | "all";

/** How one value is broadcast. */
export interface BroadcastOptions {
  /** How many members have it before `broadcast` resolves. Default: as `createNode` was told. */
  readonly ack?: Acknowledgement;
  /** How long to wait for others to have it, in ms. Default: as `createNode` was told. */
  readonly ackTimeout?: number;
}

/** What `createNode` takes. Every node of a cluster needs the same `members`, `budget`, `identity`, `retain` and `codec`. */
export interface NodeOptions<Value = JsonValue> {
  /** This node's id, one of the members. */
  readonly id: MemberId;
  /** All members, this node included, in the same order on every node: the first one is the root. Or who finds that out. */
  readonly members: readonly MemberId[] | Membership;
  /** How late values may be. Default: `"default"`, a median of 462 ms and a maximum of 700 ms. */
  readonly budget?: Budget | BudgetName;
  /** Carries messages to the other members. The node closes it when it is closed. */
  readonly transport: Transport;
  /**
   * Where the node writes down what it knows: a folder, in which it makes one of its own, or a journal of yours. Default:
   * nowhere; a node that is killed loses what it has not sent yet. With a journal, `values()`, `has`, deliveries and `stats`
   * show a value once it is written down (with a folder: some 10 ms later than without), so that none is seen and then gone.
   */
  readonly journal?: string | OpenJournal;
  /**
   * How many members have a value before its broadcast resolves. Others are asked, which costs a few messages a round. Default:
   * `"local"`, this one alone.
   */
  readonly ack?: Acknowledgement;
  /**
   * How long a broadcast waits for others to have the value, in ms, before it rejects with `NotConfirmed`. Default: 3500, or the
   * budget's maximum and 1500 if that is more.
   */
  readonly ackTimeout?: number;
  /** What is one value? `content`: equal values are the same one, as in a set. `event`: each broadcast counts. Default: `content`. */
  readonly identity?: "content" | "event";
  /**
   * What is kept. Default: everything, for ever. Values go only once every member that answers has them, and not in their
   * first four minutes. With identity `content` an equal value that is broadcast after that is new.
   */
  readonly retain?: RetentionPolicy;
  /** For values that JSON cannot carry. Default: `jsonCodec`; `richCodec` takes dates, maps, bytes and more. */
  readonly codec?: Codec<Value>;
  /** Told, in one line each, what went wrong and what was done about it. Default: nobody. */
  readonly log?: Log;
  /** Default: the machine's. A test may bring `FakeClock` of `tidecast/testing`. */
  readonly clock?: Clock;
  /** Default: the machine's. A test may bring `SeededRandom` of `tidecast/testing`. */
  readonly random?: Random;
  /**
   * Tells this life of the member from its others: a whole number, larger in each later one. Default: the time of day in units of
   * 1/1024 ms, and with a journal always more than before. If other members know a larger one, the node logs it and goes on with
   * one that is larger still.
   */
  readonly incarnation?: number;
}

/** A value that is new to a node: of its own, or of another member. */
export interface Delivery<Value> {
  readonly value: Value;
  /** The member that broadcast it. */
  readonly member: MemberId;
  /** That member in one of its lives, `member@incarnation`. Author and number together name this broadcast, everywhere and for good. */
  readonly author: string;
  /** Counts the author's broadcasts, from 1. They may be delivered in another order. */
  readonly number: number;
}

/** Values that a node was to have, and cannot have any more: it was away for longer than the others keep them. */
export interface Missed {
  /** How many values. */
  readonly count: number;
  /** How many of each author, and which of its numbers, as ranges with both ends included. */
  readonly authors: readonly {
    readonly member: MemberId;
    readonly author: string;
    readonly count: number;
    readonly numbers: readonly (readonly [first: number, last: number])[];
  }[];
}

/** What a node tells its listeners. */
export interface NodeEvents<Value> {
  /** A value is new here. */
  delivery: Delivery<Value>;
  /** Values are missing here for good. */
  missed: Missed;
}

/** How a node stands, and what it has done since its start. */
export interface NodeStats {
  /** Messages to other members, and bytes of JSON in them, without what the transport adds. */
  readonly sent: { readonly messages: number; readonly bytes: number };
  /** Messages that came from other members. */
  readonly received: { readonly messages: number };
  /** Values that are here now. */
  readonly values: number;
  /** For each member that was measured: the time there and back that nine of ten messages do not exceed, in ms. */
  readonly roundTrips: Readonly<Record<MemberId, number>>;
  /** For each neighbour in the tree: values that it lacks, as far as is known here, and that have not left yet. */
  readonly backlog: Readonly<Record<MemberId, number>>;
  /** The member that this node takes for the root at the moment. */
  readonly root: MemberId;
  /** The members that do not answer this node at the moment. */
  readonly suspects: readonly MemberId[];
}
