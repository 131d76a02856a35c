import type { AckQuery } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";

/** Which members can be queried about a value, how, and by when the reply should come. */
export interface Router {
  /** After how many ms the holders of a value should be known. */
  readonly expectedTime: number;
  /** After how many ms a query that was not answered may be repeated. */
  readonly searchPause: number;
  /** The members to which this node passes on a value that came from `from` (`undefined`: from a client), in the order in which they are queried. */
  targets(from: MemberId | undefined): readonly MemberId[];
  /** Every other member, suspects last. */
  everyone(): readonly MemberId[];
  /** Is the member the parent or a child? Then its query goes on to the others there. */
  isBeside(member: MemberId): boolean;
  /** Has the value yet to leave for the member? Then a query about it can ride along. */
  isToLeave(member: MemberId, dot: DotRange): boolean;
  /** Queries a member now, by a message of its own. `dots` are sent along, in case it lacks them. */
  sendQuery(member: MemberId, query: AckQuery, dots?: readonly DotRange[]): void;
  /** Sends the member the replies that wait for it, now. */
  sendReplies(member: MemberId): void;
  /** When a message leaves for the member next, by this node's clock, in ms; `undefined` if that is unknown. */
  nextDeparture(member: MemberId): number | undefined;
  /** How long the reply of a member may take, in ms; `Infinity` if that is unknown. */
  patience(member: MemberId): number;
}

/** While a node does not take part it queries no member, and its clients go on waiting. */
export const UNROUTED: Router = {
  expectedTime: Number.POSITIVE_INFINITY,
  searchPause: 0,
  targets: () => [],
  everyone: () => [],
  isBeside: () => false,
  isToLeave: () => false,
  sendQuery() {},
  sendReplies() {},
  nextDeparture: () => undefined,
  patience: () => Number.POSITIVE_INFINITY,
};
