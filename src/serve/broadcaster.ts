import { createHash } from "node:crypto";
import { findInexactNumber } from "../application/wire/exact-numbers.js";
import type { JsonValue } from "../domain/values/json-value.js";
import type { Acknowledgement, BroadcastOptions, TidecastNode } from "../library/index.js";
import { Problem, problemOf } from "./http/problems.js";
import { type Answer, type IdempotencyKeys, KeyReused } from "./idempotency.js";

/** A client's wish to broadcast a value. */
export interface BroadcastRequest {
  readonly value: JsonValue;
  /** The topic's name; `undefined` for a value of no topic. */
  readonly topic?: string | undefined;
  /** The request as it came, without its topic, to recognise a repetition. */
  readonly text: string;
  readonly key?: string | undefined;
  /** `local`, `all` or a number. */
  readonly ack?: string | undefined;
  /** In ms. */
  readonly ackTimeout?: number | undefined;
  /** Whether to wait for room in the node's backlog. Default: true. */
  readonly wait?: boolean | undefined;
}

/** Members that must have stored a value: a word, or a number. */
export const ACK = /^(local|all|[1-9][0-9]{0,5})$/;

/** Longest idempotency key, in characters. */
const LONGEST_KEY = 200;

/** Broadcasts the values of clients. */
export class Broadcaster {
  private pending = 0;
  private isClosed = false;
  private whenIdle: (() => void) | undefined;

  constructor(
    private readonly node: TidecastNode<JsonValue>,
    private readonly keys: IdempotencyKeys,
  ) {}

  /**
   * Broadcasts a value, once per key.
   * @returns the answer; it may be a problem, if the value is on its way but not confirmed
   * @throws {Problem} (rejects) if nothing was accepted
   */
  async broadcast(request: BroadcastRequest): Promise<Answer> {
    const { key, ack, topic } = request;
    if (ack !== undefined && !ACK.test(ack))
      throw new Problem(400, "TIDECAST_BAD_REQUEST", {
        detail: `ack must be local, all, or a number of members, but it is ${JSON.stringify(ack.slice(0, 50))}`,
      });
    if (key === undefined) return this.perform(request);
    if (key.length === 0 || key.length > LONGEST_KEY)
      throw new Problem(400, "TIDECAST_BAD_REQUEST", {
        detail: `an idempotency key has 1 to ${LONGEST_KEY} characters, but this one has ${key.length}`,
      });
    const digest = createHash("sha256")
      .update(`${topic ?? ""} ${request.text}`)
      .digest("base64");
    try {
      return await this.keys.answer(key, digest, () => this.perform(request));
    } catch (error) {
      if (!(error instanceof KeyReused)) throw error;
      throw new Problem(422, "TIDECAST_IDEMPOTENCY_KEY_REUSED", { detail: error.message });
    }
  }

  /** Refuses all further values. Those that are pending go on. */
  close(): void {
    this.isClosed = true;
  }

  /** Resolves once no broadcast is pending, or after `limit` ms. */
  idle(limit: number): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limit);
      this.whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async perform({ value, topic, ack, ackTimeout, wait }: BroadcastRequest): Promise<Answer> {
    if (this.isClosed)
      throw new Problem(503, "TIDECAST_NODE_CLOSED", {
        detail: "the server is shutting down; send the value to another one",
        retryAfter: 1,
      });
    const options: BroadcastOptions = {
      ...(ack !== undefined && { ack: (/^\d+$/.test(ack) ? Number(ack) : ack) as Acknowledgement }),
      ...(ackTimeout !== undefined && { ackTimeout }),
      ...(wait !== undefined && { wait }),
    };
    this.pending++;
    try {
      await this.node.broadcastTo(topic, value, options);
      return { status: 200, body: { status: "accepted" } };
    } catch (error) {
      const problem = problemOf(error);
      // The value spreads all the same, so a repetition must not broadcast it again.
      if (problem.code === "TIDECAST_NOT_CONFIRMED") return { status: problem.status, body: problem.body };
      throw error;
    } finally {
      if (--this.pending === 0) this.whenIdle?.();
    }
  }
}

/**
 * Parses a value as a client wrote it.
 * @throws {Problem} if it is not JSON, or has a number that a double cannot hold
 */
export function parseValue(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new Problem(400, "TIDECAST_INVALID_VALUE", { detail: `the body is not JSON: ${(error as Error).message}` });
  }
  const inexact = findInexactNumber(text);
  if (inexact !== undefined)
    throw new Problem(400, "TIDECAST_INVALID_VALUE", {
      detail: `the number ${inexact.slice(0, 50)} is not exact as a double; send it as a string`,
    });
  return value;
}
