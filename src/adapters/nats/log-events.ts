import { quote } from "../../application/options/invalid-options.js";
import { logEvent } from "../../domain/log/log-event.js";

export const natsDisconnected = logEvent(
  "nats-disconnected",
  "warn",
  ({ server }: { server: string }) => `lost the connection to the NATS server ${server}; reconnecting until it is back`,
);

/** `lost` messages could not be sent meanwhile. */
export const natsReconnected = logEvent(
  "nats-reconnected",
  "info",
  ({ server, lost }: { server: string; lost: number }) =>
    `reconnected to the NATS server ${server}; ${lost === 1 ? "1 message was" : `${lost} messages were`} lost meanwhile`,
);

/** Something else than the transport has closed the connection: the application, or the client after too many attempts to reconnect. */
export const natsClosed = logEvent(
  "nats-closed",
  "error",
  ({ server }: { server: string }) =>
    `the connection to the NATS server ${server} was closed, so this node reaches no other member any more; create it again with an open connection`,
);

export const natsError = logEvent(
  "nats-error",
  "error",
  ({ reason }: { reason: string }) => `the NATS server reports an error: ${reason}`,
);

export const subscriptionFailed = logEvent(
  "nats-error",
  "error",
  ({ reason }: { reason: string }) => `the NATS subscription failed: ${reason}`,
);

export const payloadInvalid = logEvent(
  "message-invalid",
  "warn",
  ({ subject, reason }: { subject: string; reason: string }) => `dropped a message on ${subject}: ${reason}`,
);

/** `to` is an id that no subject can contain. */
export const receiverImpossible = logEvent(
  "receiver-unknown",
  "warn",
  ({ to, reason }: { to: string; reason: string }) => `dropped a message to ${quote(to)}: ${reason}`,
);
