import type { Transport } from "../../domain/ports/transport.js";

/** A transport that knows whether it is closed, as those for real networks do. */
export interface ClosableTransport extends Transport {
  /** Whether `close` was called: it carries nothing more. */
  readonly isClosed: boolean;
}

/** Whether a transport knows that. */
export function isClosable(transport: Transport): transport is ClosableTransport {
  return (transport as Partial<ClosableTransport>).isClosed !== undefined;
}
