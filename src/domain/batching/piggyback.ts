import type { AckQuery, AckReply } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";

/** Queries about holders of values, and replies to such queries, that ride on other messages. */
export interface Piggyback {
  /** Whether values have queries at present. */
  readonly isQuerying: boolean;
  /**
   * Returns the query about the values that leave for the member now.
   * @param isDirect whether the actor sends the values to every member itself
   */
  query(member: MemberId, dots: readonly DotRange[], isDirect: boolean): AckQuery | undefined;
  /**
   * Takes the replies that are ready for the member; they count as sent. Those that do not fit are sent next.
   * @param room size limit of the replies, in bytes of JSON
   */
  replies(member: MemberId, room: number): readonly AckReply[] | undefined;
}
