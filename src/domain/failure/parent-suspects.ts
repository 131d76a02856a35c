import { memberIndex } from "../identity/member-index.js";
import type { MemberId } from "../ports/transport.js";
import type { Suspicions } from "./tree-maintenance.js";

/** Tracks the suspects that the parent names, to notice which of them it reaches again. */
export class ParentSuspects {
  private parent: MemberId | undefined;
  private named: ReadonlySet<MemberId> = new Set();

  /**
   * Records a list of the parent.
   * @param members all members: other names, from a faulty parent or of members that have left, are forgotten
   * @returns the suspects that the same parent named before and that a complete list omits
   */
  update(parent: MemberId, members: readonly MemberId[], { suspects, more }: Required<Suspicions>): MemberId[] {
    const isMember = memberIndex(members);
    const before = parent === this.parent ? [...this.named].filter((member) => isMember.has(member)) : [];
    this.parent = parent;
    this.named = new Set(more ? [...before, ...suspects] : suspects);
    return before.filter((member) => !this.named.has(member));
  }
}
