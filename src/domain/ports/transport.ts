/** The id of a member (on Maelstrom `n0`, `n1`, …). */
export type MemberId = string;

/** Lower bound of a transport's `maxMessageBytes`, in bytes: a datagram in an Ethernet frame of 1,500 bytes, with room for headers. */
export const SMALLEST_MESSAGE_LIMIT = 1_400;

/** Facts about a message that its parsed body does not show. */
export interface MessageNotes {
  /**
   * The first number of the message whose parsed value is not exact (`9007199254740993`, `1e400`), as written;
   * `undefined` if there is none. Computed only when called, since few messages need it.
   */
  inexactNumber(): string | undefined;
}

/**
 * Called for every message that arrives. `body` has not been validated yet, hence `unknown`. `notes` are present on
 * transports that carry text from other programs; a transport for our own messages has none. The listener never throws.
 */
export type MessageListener = (from: string, body: unknown, notes?: MessageNotes) => void;

/** Messages that a transport has dropped before they were sent. */
export interface DroppedMessages {
  /** The receiver. */
  readonly member: MemberId;
  readonly count: number;
  readonly reason: string;
}

/**
 * Carries messages between nodes. Messages may be lost, duplicated, delayed or reordered, but never altered. The
 * protocol does not require more.
 */
export interface Transport {
  /** Sends `body` (a JSON object) to `to`; returns at once. A message that cannot be sent is lost, without an error. */
  send(to: string, body: object): void;

  /** Sets the one listener for arriving messages. Messages that arrived before are delivered to it first. */
  onMessage(listener: MessageListener): void;

  /** Sets the one listener for messages that are dropped before they are sent, as far as the transport knows. */
  onDropped?(listener: (dropped: DroppedMessages) => void): void;

  /**
   * Whether the member is connected, so that messages to it are on their way or queued, even if it is silent. A transport that does not
   * know leaves this out.
   */
  isConnected?(member: MemberId): boolean;

  /**
   * Size limit of one body, in bytes of JSON, at least `SMALLEST_MESSAGE_LIMIT`. The sender splits larger messages. A transport may
   * write bodies in another form that is never larger.
   */
  readonly maxMessageBytes: number;

  /** Stops the delivery and releases all resources; resolves once all messages have left this process. */
  close(): Promise<void>;
}
