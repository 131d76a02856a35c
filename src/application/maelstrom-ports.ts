import type { NodePorts } from "../domain/ports/broadcast-node.js";
import type { MemberId } from "../domain/ports/transport.js";

/** The ports of a node on Maelstrom. */
export interface MaelstromPorts extends NodePorts {
  /** Larger than every earlier incarnation of the same member; the time at its start is suitable. */
  readonly incarnation: number;
  /** Called with the node's id once `init` has come, for a transport that must know its own address. */
  readonly identified?: (self: MemberId) => void;
}
