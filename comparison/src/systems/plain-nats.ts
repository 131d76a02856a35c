import { connect } from "@nats-io/transport-node";
import type { StartMember } from "../member.ts";

const SUBJECT = "comparison";

/** What one would write without a library: one subject, everyone publishes to it and everyone subscribes. */
export const plainNats: StartMember = async ({ server }, deliver) => {
  const connection = await connect({
    servers: server,
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
  });
  let received = 0;
  connection.subscribe(SUBJECT, {
    callback: (_error, message) => {
      received++;
      deliver(message.string());
    },
  });
  return {
    connect: () => connection.flush(),
    broadcast: (value) => connection.publish(SUBJECT, value),
    received: () => received,
  };
};
