import { type Author, authorOf } from "./dot.js";
import type { MemberId } from "./ports/transport.js";

/** Who this node is: a member, in one of its lives. */
export class Identity {
  /** The author of the values that this node accepts from clients. */
  readonly author: Author;

  /**
   * @param self this node's id
   * @param members every member, in the order that all agree on; the first one is the root
   * @param incarnation a whole number that is larger in each later life of the same member
   */
  constructor(
    readonly self: MemberId,
    readonly members: readonly MemberId[],
    readonly incarnation: number,
  ) {
    this.author = authorOf(self, incarnation);
  }
}
