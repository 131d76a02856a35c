import type { MessageBody } from "../message.js";

/** A node provided by the bench that serves requests of other nodes. */
export interface Service {
  /** The types of request that it supports. */
  readonly knows: readonly string[];
  /**
   * Answers a request of one of those types.
   * @param client id of the node that asks
   * @returns the body of the reply, without `in_reply_to`
   */
  answer(client: string, request: MessageBody): MessageBody;
}
