/** The id of a member of the cluster (on Maelstrom `n0`, `n1`, …). */
export type MemberId = string;

/** The least `maxMessageBytes` of a transport that nodes can work with: 16 KiB. */
export const SMALLEST_MESSAGE_LIMIT = 16 * 1024;

/** What a transport can tell about a message that its parsed body no longer shows. */
export interface MessageNotes {
  /**
   * The first number of the message, as it was written, that its parsed value does not hold exactly
   * (`9007199254740993`, `1e400`); `undefined` if there is none. Looks only when called, since few messages need it.
   */
  inexactNumber(): string | undefined;
}

/**
 * Called for every message that arrives. `body` is whatever the wire delivered, not yet validated, hence `unknown`.
 * `notes` come from transports that carry text of others; one that carries our own bodies has nothing to note.
 * The listener never throws.
 */
export type MessageListener = (from: string, body: unknown, notes?: MessageNotes) => void;

/**
 * Carries messages between nodes: possibly lost, duplicated, late or out of order, never altered. A transport that gives
 * more than that is welcome; the protocol asks for no more.
 */
export interface Transport {
  /** Sends `body` (a JSON object) to `to`; returns at once. A message that cannot be sent is lost, not an error. */
  send(to: string, body: object): void;

  /** Sets the one listener for arriving messages; what arrived before is delivered to it first. */
  onMessage(listener: MessageListener): void;

  /**
   * The most bytes of JSON that one body may have, at least `SMALLEST_MESSAGE_LIMIT`; what is larger must be split by the
   * sender.
   */
  readonly maxMessageBytes: number;

  /** Stops delivering and releases what the transport holds; resolves once everything sent has left this process. */
  close(): Promise<void>;
}
