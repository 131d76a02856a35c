import type { MemberId } from "../../domain/ports/transport.js";
import type { Hello } from "./control-lines.js";

/** A connection on which both ends have said hello. */
export interface Introduced {
  /** Whether this node opened the connection; otherwise the peer did. */
  readonly dialled: boolean;
  /** The number of this node's hello. */
  readonly ownSerial: number;
  readonly hello: Hello;
}

/**
 * A pair of members keeps one connection. Decides which of two stays, so that both ends agree, in whatever order they see
 * the two.
 *
 * A node never says hello on a connection that it opened while it has another one to the same peer. So the end with the later
 * hello on this connection has lost the other one, whatever this end believes. Otherwise both dialled at once, and the
 * connection of the member with the smaller id stays.
 */
export function replaces(fresh: Introduced, current: Introduced, self: MemberId, peer: MemberId): boolean {
  if (fresh.hello.life !== current.hello.life || fresh.dialled === current.dialled) return true;
  const [dialled, accepted] = fresh.dialled ? [fresh, current] : [current, fresh];
  if (accepted.hello.serial > dialled.hello.serial) return accepted === fresh;
  if (dialled.ownSerial > accepted.ownSerial) return dialled === fresh;
  return (self < peer ? dialled : accepted) === fresh;
}
