import { isClosable } from "../../application/options/closable-transport.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { Transport } from "../../domain/ports/transport.js";

/** The transports that have a node, or had one: a node closes its transport. */
const claimed = new WeakSet<Transport>();

/**
 * Reserves a transport for one node: it has one listener, so a second node would take the messages of the first. A transport that does not
 * know whether it is closed is not reserved: it may serve one node after another, as in tests.
 * @returns a function that makes it available again, for a node that was not created
 * @throws {InvalidOptions} if the transport is closed, or has a node
 */
export function claimTransport(transport: Transport): () => void {
  if (!isClosable(transport)) return () => {};
  if (transport.isClosed) throw new InvalidOptions("createNode's option transport is closed; open another one");
  if (claimed.has(transport))
    throw new InvalidOptions("createNode's option transport belongs to another node; open one transport per node");
  claimed.add(transport);
  return () => claimed.delete(transport);
}
