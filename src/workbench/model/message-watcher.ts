import type { Message } from "./message.js";

/**
 * Follows what the network does with every message; reports are made from it. `at` is in ms of the bench's clock. A message
 * is the same object from `sent` on, so it can be distinguished from equal messages.
 */
export interface MessageWatcher {
  /** The workload begins: all times of the history count from here. */
  workloadBegan(at: number): void;
  /** A node sent a message to another node. */
  sent(at: number, message: Message, bytes: number): void;
  /** A message was handed to its receiver: a node's message, or a client's request, which was not `sent`. Twice if it was duplicated. */
  delivered(at: number, message: Message): void;
  /** A message, or one copy of it, never arrives. @param cause name of the fault that dropped it: "partition" */
  lost(at: number, message: Message, cause: string): void;
}
