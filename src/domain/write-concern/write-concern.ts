import type { MemberId } from "../ports/transport";

/** What whoever broadcasts a value wants to be sure of before it is acknowledged. */
export interface WriteConcern {
  /** So many members have the value, the one that accepts it included; or every member there is. */
  readonly nodes: number | "all";
  /** How long to wait for that, in ms; then the broadcast is answered with a `Shortfall`. */
  readonly timeout: number;
}

/** The member that accepts a value has it: enough of an assurance where others are not asked. */
export const LOCAL: WriteConcern = { nodes: 1, timeout: Number.POSITIVE_INFINITY };

/**
 * How long a client waits for an assurance unless it says otherwise, in ms: less than the 5 s after which Maelstrom's
 * clients give up, and more than rounds of up to 2 s take to tell.
 */
export const WRITE_CONCERN_TIMEOUT = 3500;

/** Fewer members are known to have a value than were asked for. It is kept and travels on: they may get it, or have it already. */
export interface UnmetWriteConcern {
  /** Members that are known to have it, this one included once it is written down. */
  readonly known: number;
  /** Members that should have it. */
  readonly needed: number;
  /** The members that are not known to have it, in member order. */
  readonly missing: readonly MemberId[];
}

/** How many members are named where not all of them are of interest. */
const MOST_NAMED = 5;

/** A shortfall in words that complete "the value is not confirmed: …". */
export function describeUnmet({ known, needed, missing }: UnmetWriteConcern): string {
  const named = missing.slice(0, MOST_NAMED).join(", ");
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : "";
  return `${known} of ${needed} nodes are known to have it, nothing is known of ${named}${more}; it is kept here and goes on to all others`;
}
