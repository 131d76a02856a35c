import { memberIndex } from "../identity/member-index.js";
import type { MemberId } from "../ports/transport.js";
import type { Suspicions } from "./tree-maintenance.js";

/** The members that the parent has named as suspects, so that this node notices which of them the parent reaches again. */
export class ParentSuspects {
  private parent: MemberId | undefined;
  private named: ReadonlySet<MemberId> = new Set();

  /**
   * The parent names its suspects.
   * @param members all members: other names, from a faulty parent or of members that have left, are not kept
   * @returns the suspects that the same parent has named before, and leaves out of a list that is complete
   */
  update(parent: MemberId, members: readonly MemberId[], { suspects = [], more = false }: Suspicions): MemberId[] {
    const isMember = memberIndex(members);
    const before = parent === this.parent ? [...this.named].filter((member) => isMember.has(member)) : [];
    const current = new Set(suspects.filter((member) => isMember.has(member)));
    this.parent = parent;
    this.named = more ? new Set([...before, ...current]) : current;
    return before.filter((member) => !this.named.has(member));
  }
}
