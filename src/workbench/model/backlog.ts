import type { Delivery } from "./message.js";

const MEBIBYTE = 1024 * 1024;

/** Upper bound on bytes in flight at one time; they must fit into the bench's memory. */
const MOST_BYTES = 512 * MEBIBYTE;

/** Memory per message beside its line, in bytes. */
const OVERHEAD = 500;

/** The sender of most bytes in flight, and the receiver that most of them wait for. */
export interface Overflow {
  readonly sender: string;
  readonly receiver: string;
  /** Bytes waiting for that receiver. */
  readonly waiting: number;
}

/** Tracks messages between nodes that were sent and have not arrived, by size. */
export class Backlog {
  private bytes = 0;
  private readonly fromSenders = new Map<string, number>();
  private readonly toReceivers = new Map<string, number>();

  /** @param most upper bound, in bytes */
  constructor(private readonly most = MOST_BYTES) {}

  sent(delivery: Delivery): void {
    this.change(delivery, sizeOf(delivery));
  }

  /** Removes a message that was delivered or dropped. */
  left(delivery: Delivery): void {
    this.change(delivery, -sizeOf(delivery));
  }

  /** The sender and the receiver responsible, if the bound is exceeded; otherwise `undefined`. */
  get overflow(): Overflow | undefined {
    if (this.bytes <= this.most) return undefined;
    const [sender] = largest(this.fromSenders);
    const [receiver, waiting] = largest(this.toReceivers);
    return { sender, receiver, waiting };
  }

  private change({ message: { src, dest } }: Delivery, bytes: number): void {
    this.bytes += bytes;
    this.fromSenders.set(src, (this.fromSenders.get(src) ?? 0) + bytes);
    this.toReceivers.set(dest, (this.toReceivers.get(dest) ?? 0) + bytes);
  }
}

/**
 * Describes the overflow as a clause about the responsible node.
 * @param isStuck whether the receiver could read and does not; then the receiver is responsible, otherwise the sender
 */
export function overflowProblem({ sender, receiver, waiting }: Overflow, isStuck: boolean): string {
  const amount = `${Math.round(waiting / MEBIBYTE)} MiB of messages`;
  return isStuck
    ? `does not read its input: ${amount} wait for it, most of them from ${sender}`
    : `sends faster than its messages can be delivered: ${amount} are in flight to ${receiver}`;
}

function sizeOf({ line = "" }: Delivery): number {
  return line.length + OVERHEAD;
}

function largest(counts: ReadonlyMap<string, number>): [name: string, count: number] {
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
}
