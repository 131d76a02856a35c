import { createClient } from "redis";
import type { StartMember } from "../member.ts";

const CHANNEL = "comparison";

/** One channel: every member publishes to it and subscribes to it. Redis needs a second connection for a subscriber. */
export const redisPubSub: StartMember = async ({ server }, deliver) => {
  const publisher = createClient({ url: `redis://${server}`, socket: { reconnectStrategy: 250 } });
  const subscriber = publisher.duplicate();
  // Lost connections are made again; without a listener the error would end the process.
  for (const client of [publisher, subscriber]) client.on("error", () => {});
  await Promise.all([publisher.connect(), subscriber.connect()]);
  let received = 0;
  await subscriber.subscribe(CHANNEL, (value) => {
    received++;
    deliver(value);
  });
  return {
    connect: async () => {},
    broadcast: (value) => void publisher.publish(CHANNEL, value).catch(() => {}),
    received: () => received,
  };
};
