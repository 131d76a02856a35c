import type { Transport } from "../../domain/ports/transport.js";

/** A transport that knows whether it is closed. All of Tidecast's own do. */
export interface ClosableTransport extends Transport {
  /** Whether `close` was called: it carries nothing more. */
  readonly isClosed: boolean;
}

/** Whether a transport is known to be closed. */
export function isClosed(transport: Transport): boolean {
  return (transport as Partial<ClosableTransport>).isClosed === true;
}
