import type { Msg, MsgCallback } from "@nats-io/transport-node";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { senderOf } from "./subjects.js";

/** Creates a listener for a NATS subscription. It accepts JSON bodies from members, and logs everything else. */
export function incoming(log: Log, receive: (from: MemberId, body: unknown) => void): MsgCallback<Msg> {
  return (error, message) => {
    if (error !== null) {
      log.line(`the NATS subscription failed: ${error.message}`);
      return;
    }
    const from = senderOf(message.subject);
    let body: unknown;
    try {
      body = message.json();
    } catch {
      log.line(`dropped a message on ${message.subject}: it is not JSON`);
      return;
    }
    if (from === undefined) log.line(`dropped a message on ${message.subject}: its sender is not a valid member id`);
    else receive(from, body);
  };
}
