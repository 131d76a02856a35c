import type { MemberId } from "../ports/transport.js";
import type { MemberRecord } from "./member-record.js";

/** A message about members. Each part is optional; parts that concern one receiver travel together. */
export interface MemberMessage {
  readonly type: "members";
  /** What the sender knows. */
  readonly records?: readonly MemberRecord[];
  /** Asks for an acknowledgement with this number. */
  readonly ping?: number;
  /** Acknowledges the ping with this number. */
  readonly ack?: number;
  /** With `ack`: it is this member that has answered, to the sender. */
  readonly of?: MemberId;
  /** Asks the receiver to ping a member, and to acknowledge this number once the member answers. */
  readonly ask?: { readonly member: MemberId; readonly number: number };
  /** Fingerprint of the sender's directory. */
  readonly hash?: string;
  /** Asks for all records of the receiver. */
  readonly want?: boolean;
  /** With `records`: the last part of an answer to `want`. */
  readonly last?: boolean;
  /** The sender is no member yet. */
  readonly joining?: boolean;
}

/** The content of a message. */
export type MemberMessageContent = Omit<MemberMessage, "type">;
