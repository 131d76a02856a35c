import type { MemberId, Transport } from "../../domain/ports/transport.js";

/** What a transport does with messages that it cannot hand over yet. */
export interface QueuePromise {
  /** The most bytes of such messages that it holds for one member; `Infinity` if it says no more than "while memory lasts". */
  readonly maxBytes: number;
  /**
   * What is left of more than that: the messages sent last, or those sent first; it holds nothing at all, or everything.
   * A network that loses messages may promise no more than to keep some.
   */
  readonly keeps: "newest" | "oldest" | "nothing" | "everything" | "some";
}

/**
 * How the compliance suite gets at a transport: a network of its own for each check. The network has to be a good one,
 * but need not be perfect: it may reorder and duplicate, and what it loses now and then is sent again.
 */
export interface TransportHarness {
  /**
   * Opens the transport of one member. An id is opened again after its transport was closed or has crashed: that member is
   * back, at the same address.
   * @param members every member of the cluster, `id` included; the others may be opened later, or never
   */
  open(id: MemberId, members: readonly MemberId[]): Transport | Promise<Transport>;

  /** Ends the transport as the death of its process would, without a word to the others. Default: `close`. */
  crash?(transport: Transport): void | Promise<void>;

  /** Lets time pass, in ms; for transports on a clock of their own. Default: waits. */
  pass?(duration: number): void | Promise<void>;

  /** What all transports told their operator so far, a line each. */
  readonly log: readonly string[];

  /** What becomes of messages to a member that is away. */
  readonly forAbsentMember: QueuePromise;
  /** What becomes of messages to a member that takes them more slowly than they are sent. */
  readonly forSlowMember: QueuePromise;
  /** How many bytes of messages the transport holds for the member now. Without it the limit is judged only by what arrives. */
  queuedBytes?(transport: Transport, to: MemberId): number;

  /** How many listeners hang on what the transports share: streams, a connection, a bus. */
  sharedListeners?(): number;

  /** How long the suite waits for what has to happen, in ms. Default: 20,000. */
  readonly patience?: number;
  /** How long it watches for what must not happen, in ms; longer than a message takes. Default: 100. */
  readonly watch?: number;

  /** Gives back what the harness holds; called when the check is over and all its transports are closed. */
  release?(): void | Promise<void>;
}
