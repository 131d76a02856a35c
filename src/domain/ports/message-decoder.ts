import type { PeerMessage } from "../messages.js";
import type { MemberId } from "./transport.js";

/** Turns what arrives from other members into messages of the protocol. */
export interface MessageDecoder {
  /** @returns the message; `undefined` while parts of it are missing, and if it is malformed, which is logged */
  decode(from: MemberId, body: unknown): PeerMessage | undefined;

  /** The member has left: parts of its messages are dropped. */
  forget(member: MemberId): void;
}
