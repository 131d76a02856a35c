import {
  connect,
  type Msg,
  type MsgCallback,
  type NatsConnection,
  type NodeConnectionOptions,
  type Subscription,
} from "@nats-io/transport-node";
import { CannotConnect } from "./cannot-connect.js";

/** Parameters of the connection. All in ms. */
const RECONNECT_PAUSE = 250;
const RECONNECT_JITTER = 250;
/** A server that is silent for up to three of these intervals counts as gone. */
const PING_INTERVAL = 5000;

/**
 * Connects to the first server that answers. Afterwards it reconnects without limit whenever the connection is lost.
 * @param given any options of the NATS client (credentials, TLS, a name); they override the ones set here
 * @throws {CannotConnect} if no server answers, or none accepts this node; its cause is the client's error
 */
export async function connectForGood(
  servers: string | string[],
  given: NodeConnectionOptions,
): Promise<NatsConnection> {
  try {
    return await connect({
      servers,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: RECONNECT_PAUSE,
      reconnectJitter: RECONNECT_JITTER,
      reconnectJitterTLS: RECONNECT_JITTER,
      pingInterval: PING_INTERVAL,
      maxPingOut: 2,
      ...given,
    });
  } catch (cause) {
    // The client's error names neither the servers nor the operation.
    const where = [given.servers ?? servers].flat().join(", ");
    throw new CannotConnect(where, cause as Error);
  }
}

/** @throws {CannotConnect} if the connection is closed; its cause is the client's error */
export function subscribeOrExplain(
  connection: NatsConnection,
  subject: string,
  callback: MsgCallback<Msg>,
): Subscription {
  try {
    return connection.subscribe(subject, { callback });
  } catch (cause) {
    throw new CannotConnect(connection.getServer(), cause as Error);
  }
}
