import type { JsonValue } from "../../domain/values/json-value.js";
import type { Membership } from "./membership.js";

/** Reads all values of the node. */
export class Read {
  constructor(private readonly deps: { readonly membership: Membership }) {}

  /** @throws {RequestError} 11 before `init` */
  execute(): readonly JsonValue[] {
    return this.deps.membership.require().node.values();
  }
}
