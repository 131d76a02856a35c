import type { Identity } from "../identity/identity.js";
import type { MemberId } from "../ports/transport.js";
import type { TreeMaintenance } from "./tree-maintenance.js";

/** The proposal's tree: failures do not change it, and a change of members requires a new one. */
export class FixedTree implements TreeMaintenance {
  constructor(private readonly deps: { readonly identity: Identity }) {}

  membersChanged(members: readonly MemberId[]): "rebuild" {
    this.deps.identity.membersChanged(members);
    return "rebuild";
  }

  suspect(): void {}
  probe(): void {}
  heardFrom(): void {}
  peerRestarted(): void {}
  digestExchanged(): void {}
  amnesiaDetected(): void {}
  recoverFromAmnesia(): void {}
  parentClaimed(): void {}
  suspicionsReceived(): void {}
  close(): void {}
}
