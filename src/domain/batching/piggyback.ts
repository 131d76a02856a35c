import type { AckQuery, AckReply } from "../messages.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";

/** What rides on messages that leave in any case: questions for who has a value, and answers to such. */
export interface Piggyback {
  /**
   * What the neighbour is to be asked about values that leave for it now.
   * @param isDirect their author sends them to every member itself
   */
  query(neighbour: MemberId, dots: readonly DotRange[], isDirect: boolean): AckQuery | undefined;
  /** What the neighbour has asked, and can be told now; it counts as told. */
  replies(neighbour: MemberId): readonly AckReply[] | undefined;
}
