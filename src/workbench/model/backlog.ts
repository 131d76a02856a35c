import type { Delivery } from "./message.js";

const MEBIBYTE = 1024 * 1024;

/** The most that may be on its way at one time, in bytes: what waits for nodes must fit into the bench's memory. */
const MOST_BYTES = 512 * MEBIBYTE;

/** What a message costs beside its line, in bytes. */
const OVERHEAD = 500;

/** Who sent most of what is on its way, and where most of it waits. */
export interface Overflow {
  readonly sender: string;
  readonly receiver: string;
  /** What waits for that receiver, in bytes. */
  readonly waiting: number;
}

/** The messages between nodes that were sent and have not arrived, by their size. */
export class Backlog {
  private bytes = 0;
  private readonly fromSenders = new Map<string, number>();
  private readonly toReceivers = new Map<string, number>();

  /** @param most in bytes */
  constructor(private readonly most = MOST_BYTES) {}

  sent(delivery: Delivery): void {
    this.change(delivery, sizeOf(delivery));
  }

  /** It was delivered or dropped. */
  left(delivery: Delivery): void {
    this.change(delivery, -sizeOf(delivery));
  }

  /** Who is behind it, if more is on its way than may be. */
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
 * What a node did that made it too much, as a clause about the node.
 * @param isStuck whether the receiver could read and does not, so that it is to blame and not the sender
 */
export function overflowProblem({ sender, receiver, waiting }: Overflow, isStuck: boolean): string {
  const amount = `${Math.round(waiting / MEBIBYTE)} MiB of messages`;
  return isStuck
    ? `does not read its input: ${amount} wait for it, most of them from ${sender}`
    : `sends faster than its messages can be delivered: ${amount} are on their way to ${receiver}`;
}

function sizeOf({ line = "" }: Delivery): number {
  return line.length + OVERHEAD;
}

function largest(counts: ReadonlyMap<string, number>): [name: string, count: number] {
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
}
