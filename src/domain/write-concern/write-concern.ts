import { WRITE_CONCERN } from "../config.js";
import type { MemberId } from "../ports/transport.js";

/** A client's condition for the acknowledgement of a value. */
export interface WriteConcern {
  /** Number of members that must have the value, the accepting one included; or every member. */
  readonly nodes: number | "all";
  /** How long to wait for that, in ms. After that the broadcast is answered with an `UnmetWriteConcern`. */
  readonly timeout: number;
  /**
   * Whether the question and the replies only travel along the tree, behind the values before it. Otherwise members that are late get the
   * value directly, ahead of the others. Default: false.
   */
  readonly followsTree?: boolean;
  /** How long replies may wait for messages to ride on, in both directions together, in ms. Default: `WRITE_CONCERN.piggybackTime`. */
  readonly replyWithin?: number;
}

/** Requires only the member that accepts the value. */
export const LOCAL: WriteConcern = { nodes: 1, timeout: Number.POSITIVE_INFINITY };

/**
 * Fewer members are known to have a value than required. The value is kept and still spreads, so more members may have
 * it already.
 */
export interface UnmetWriteConcern {
  /** Number of members that are known to have it, this one included once it is durable here. */
  readonly known: number;
  /** Number of members that should have it. */
  readonly needed: number;
  /** The members that are not known to have it, in member order. */
  readonly missing: readonly MemberId[];
}

/** Describes an unmet write concern; completes "the value is not confirmed: …". */
export function describeUnmet({ known, needed, missing }: UnmetWriteConcern): string {
  const facts = [`${known} of ${needed} nodes confirmed it`];
  const size = known + missing.length;
  if (needed > size) facts.push(`the cluster has only ${size} ${size === 1 ? "member" : "members"} at present`);
  if (missing.length > 0) {
    const named = missing.slice(0, WRITE_CONCERN.mostNamed).join(", ");
    const unnamed = missing.length - WRITE_CONCERN.mostNamed;
    facts.push(`no confirmation came from ${named}${unnamed > 0 ? ` and ${unnamed} more` : ""}`);
  }
  return `${facts.join(", ")}; the value is kept and still spreads to all nodes`;
}
