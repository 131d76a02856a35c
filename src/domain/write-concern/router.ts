import type { AckQuery } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";

/** Chooses the members that can be queried about a value, and estimates when they reply. */
export interface Router {
  /** Time after which the holders of a value should be known, in ms. */
  readonly expectedTime: number;
  /** Pause before an unanswered query is repeated, in ms. */
  readonly searchPause: number;
  /**
   * The members that get a value which came from `from` (`undefined`: from a client), in the order in which they are
   * queried. Suspects are left out.
   */
  targets(from: MemberId | undefined): readonly MemberId[];
  /** Every other member, suspects last. */
  everyone(): readonly MemberId[];
  /** Whether the member is the parent or a child. Its queries are passed on to the others of these. */
  isTreeNeighbour(member: MemberId): boolean;
  /** Whether the value has still to leave for the member, so that a query about it can ride along. */
  isToLeave(member: MemberId, dot: DotRange): boolean;
  /** Queries a member now, by a message of its own, together with `dots` that the member may lack. */
  sendQuery(member: MemberId, query: AckQuery, dots?: readonly DotRange[]): void;
  /** Sends the member its queued replies now. */
  sendReplies(member: MemberId): void;
  /** When the next message leaves for the member under normal conditions, by this node's clock, in ms; `undefined` if unknown. */
  nextDeparture(member: MemberId): number | undefined;
  /** How long the reply of a member may take, in ms; `Infinity` if unknown. */
  patience(member: MemberId): number;
}

/** The router of a node that does not take part: it queries no member, and clients keep waiting. */
export const UNROUTED: Router = {
  expectedTime: Number.POSITIVE_INFINITY,
  searchPause: 0,
  targets: () => [],
  everyone: () => [],
  isTreeNeighbour: () => false,
  isToLeave: () => false,
  sendQuery() {},
  sendReplies() {},
  nextDeparture: () => undefined,
  patience: () => Number.POSITIVE_INFINITY,
};
