import { WRITE_CONCERN } from "../config.js";
import type { MemberId } from "../ports/transport.js";

/** What whoever broadcasts a value wants to be sure of before it is acknowledged. */
export interface WriteConcern {
  /** So many members have the value, the one that accepts it included; or every member there is. */
  readonly nodes: number | "all";
  /** How long to wait for that, in ms; then the broadcast is answered with a `Shortfall`. */
  readonly timeout: number;
}

/** The member that accepts a value has it: enough of an assurance where others are not asked. */
export const LOCAL: WriteConcern = { nodes: 1, timeout: Number.POSITIVE_INFINITY };

/** Fewer members are known to have a value than were asked for. It is kept and travels on: they may get it, or have it already. */
export interface UnmetWriteConcern {
  /** Members that are known to have it, this one included once it is written down. */
  readonly known: number;
  /** Members that should have it. */
  readonly needed: number;
  /** The members that are not known to have it, in member order. */
  readonly missing: readonly MemberId[];
}

/** A shortfall in words that complete "the value is not confirmed: …". */
export function describeUnmet({ known, needed, missing }: UnmetWriteConcern): string {
  const named = missing.slice(0, WRITE_CONCERN.mostNamed).join(", ");
  const more = missing.length > WRITE_CONCERN.mostNamed ? ` and ${missing.length - WRITE_CONCERN.mostNamed} more` : "";
  return `${known} of ${needed} nodes are known to have it, nothing is known of ${named}${more}; it is kept here and goes on to all others`;
}
