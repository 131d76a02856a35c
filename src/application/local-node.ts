import type { JsonValue } from "../domain/json-value.js";
import { ValueSet } from "../domain/value-set.js";
import type { BroadcastNode } from "./broadcast-node.js";

/**
 * A node that keeps its clients' values and sends nothing: stands in until the protocol's engine is bound in the
 * composition root, and is to be deleted then.
 */
export class LocalNode implements BroadcastNode {
  private readonly known = new ValueSet();

  broadcast(value: JsonValue, whenAccepted: () => void): void {
    this.known.add(value);
    whenAccepted();
  }

  values(): readonly JsonValue[] {
    return this.known.values();
  }

  start(): void {}

  receive(): void {}

  stop(): void {}
}
