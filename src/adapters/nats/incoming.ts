import type { Msg, MsgCallback } from "@nats-io/transport-node";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { payloadInvalid, subscriptionFailed } from "./log-events.js";
import { formOf } from "./payload.js";
import { senderOf } from "./subjects.js";

/** Receives the payloads of members. */
export interface PayloadListener {
  /** A payload arrived; returns whether it has a message. */
  heard?(from: MemberId, payload: Uint8Array): boolean;
  /** Reads a payload that is not JSON; returns a description of the problem if it cannot. */
  compact?(from: MemberId, payload: Uint8Array): object | string;
  receive(from: MemberId, body: unknown): void;
}

/** Creates a listener for a NATS subscription. It accepts bodies from members, and logs everything else. */
export function incoming(log: Log, listener: PayloadListener): MsgCallback<Msg> {
  return (error, message) => {
    if (error !== null) {
      log.event(subscriptionFailed({ reason: error.message }));
      return;
    }
    const from = senderOf(message.subject);
    const drop = (problem: string) => log.event(payloadInvalid({ subject: message.subject, reason: problem }));
    if (from === undefined) return drop("its sender is not a valid member id");
    if (listener.heard?.(from, message.data) === false) return;
    if (listener.compact !== undefined && formOf(message.data) === "compact") {
      const body = listener.compact(from, message.data);
      return typeof body === "string" ? drop(body) : listener.receive(from, body);
    }
    let body: unknown;
    try {
      body = message.json();
    } catch {
      return drop("it is not JSON");
    }
    listener.receive(from, body);
  };
}
