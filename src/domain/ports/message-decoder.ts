import type { PeerMessage } from "../messages.js";
import type { MemberId } from "./transport.js";

/** Decodes messages of other members. */
export interface MessageDecoder {
  /** @returns the message; `undefined` while parts of it are missing, and if it is malformed, which is logged */
  decode(from: MemberId, body: unknown): PeerMessage | undefined;

  /** The member has left: parts of its messages are dropped. */
  forget(member: MemberId): void;
}
