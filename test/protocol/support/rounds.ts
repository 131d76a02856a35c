import type { Gossip, GossipOk } from "../../../src/domain/messages.js";
import type { SentMessage, TestCluster } from "../../support/cluster.js";

/** Gossip and acknowledgements: what rounds cost. */
export function isRoundMessage({ body }: SentMessage): boolean {
  return body.type === "gossip" || body.type === "gossip_ok";
}

export const isGossip = ({ body }: SentMessage): boolean => body.type === "gossip";

/** The period that the root last told its children, in ms. */
export function periodOf(cluster: TestCluster): number {
  const notices = cluster.sent.flatMap(({ from, body }) =>
    from === "n0" && isRoundMessage({ from, to: "", at: 0, body }) ? [(body as Gossip | GossipOk).round] : [],
  );
  const period = notices.at(-1)?.period;
  if (period === undefined) throw new Error("no round has begun");
  return period;
}

/** When the root's downcasts left from `since` on, in ms, each time once. */
export function downcastTimes(cluster: TestCluster, since = 0): number[] {
  return [
    ...new Set(
      cluster.sent
        .filter((message) => message.from === "n0" && message.at >= since && isRoundMessage(message))
        .map(({ at }) => at),
    ),
  ];
}
