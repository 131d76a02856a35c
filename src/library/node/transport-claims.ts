import { isClosed } from "../../application/options/closable-transport.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { Transport } from "../../domain/ports/transport.js";

/** The transports that have a node, or had one: a node closes its transport. */
const claimed = new WeakSet<Transport>();

/**
 * Reserves a transport for one node: it has one listener, so a second node would take the messages of the first.
 * @returns a function that makes it available again, for a node that was not created
 * @throws {InvalidOptions} if the transport is closed, or has a node
 */
export function claimTransport(transport: Transport): () => void {
  if (isClosed(transport)) throw new InvalidOptions("createNode's option transport is closed; open another one");
  if (claimed.has(transport))
    throw new InvalidOptions("createNode's option transport belongs to another node; open one transport per node");
  claimed.add(transport);
  return () => claimed.delete(transport);
}
