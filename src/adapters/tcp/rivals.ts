import type { MemberId } from "../../domain/ports/transport.js";
import type { Hello } from "./control-lines.js";

/** A connection on which both have said hello. */
export interface Introduced {
  /** Whether this node made the connection; otherwise the peer did. */
  readonly dialled: boolean;
  /** The number of this node's hello. */
  readonly ownSerial: number;
  readonly hello: Hello;
}

/**
 * There is one connection for a pair of members. Tells which of two stays, so that both ends say the same whenever they
 * come to see both, since they may see them in either order.
 *
 * Nobody says hello on a connection of its own making while it has another one to the same peer. So who did so later than
 * on the other connection has lost that one, whatever this end believes. If neither did, both dialled at once, and the
 * connection stays that the member with the smaller id made.
 */
export function replaces(fresh: Introduced, current: Introduced, self: MemberId, peer: MemberId): boolean {
  if (fresh.hello.life !== current.hello.life || fresh.dialled === current.dialled) return true;
  const [dialled, accepted] = fresh.dialled ? [fresh, current] : [current, fresh];
  if (accepted.hello.serial > dialled.hello.serial) return accepted === fresh;
  if (dialled.ownSerial > accepted.ownSerial) return dialled === fresh;
  return (self < peer ? dialled : accepted) === fresh;
}
