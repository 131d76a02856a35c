import type { MemberId, Transport } from "../../domain/ports/transport.js";

/** Handling of messages that a transport cannot deliver yet. */
export interface QueuePromise {
  /** The most bytes of such messages held for one member; `Infinity` if only memory limits them. */
  readonly maxBytes: number;
  /**
   * The messages kept beyond that limit: those sent last, those sent first, none, or all. A network that loses messages may
   * promise no more than to keep some.
   */
  readonly keeps: "newest" | "oldest" | "nothing" | "everything" | "some";
}

/**
 * Gives the compliance suite access to a transport, with a network of its own for each check. The network must be good but need
 * not be perfect: it may reorder and duplicate messages, and occasionally lost ones are sent again.
 */
export interface TransportHarness {
  /**
   * Opens the transport of one member. An id is opened again after its transport was closed or has crashed: that member is
   * back, at the same address.
   * @param members every member of the cluster, `id` included; the others may be opened later, or never
   */
  open(id: MemberId, members: readonly MemberId[]): Transport | Promise<Transport>;

  /** Ends the transport as the death of its process would, without notice to the others. Default: `close`. */
  crash?(transport: Transport): void | Promise<void>;

  /** Lets time pass, in ms; for transports on their own clock. Default: waits. */
  pass?(duration: number): void | Promise<void>;

  /** All log lines of the transports so far. */
  readonly log: readonly string[];

  /** Handling of messages to an absent member. */
  readonly forAbsentMember: QueuePromise;
  /** Handling of messages to a member that reads them more slowly than they are sent. */
  readonly forSlowMember: QueuePromise;
  /** Bytes of messages that the transport holds for the member now. Without it only arrivals show whether the limit is kept. */
  queuedBytes?(transport: Transport, to: MemberId): number;

  /** Number of listeners on objects that the transports share: streams, a connection, a bus. */
  sharedListeners?(): number;

  /** Time that the suite waits for something that must happen, in ms. Default: 20,000. */
  readonly patience?: number;
  /** Time that it watches for something that must not happen, in ms; longer than a message takes. Default: 100. */
  readonly watch?: number;

  /** Releases the harness's resources; called when the check is over and all its transports are closed. */
  release?(): void | Promise<void>;
}
