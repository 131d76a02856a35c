import { setTimeout as sleep } from "node:timers/promises";
import { type GossipSub, gossipsub, StrictNoSign } from "@libp2p/gossipsub";
import { identify } from "@libp2p/identify";
import { plaintext } from "@libp2p/plaintext";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import type { StartMember } from "../member.ts";

const TOPIC = "comparison";
/** How often a lost connection is dialled again, in ms: libp2p leaves that to its user. */
const REDIAL = 500;

/** The package's defaults, but neither signed nor encrypted, as the others are here; every pair of nodes may connect. */
export const libp2pGossipsub: StartMember = async ({ index, ports }, deliver) => {
  const node = await createLibp2p({
    addresses: { listen: [`/ip4/127.0.0.1/tcp/${ports[index]}`] },
    transports: [tcp()],
    connectionEncrypters: [plaintext()],
    streamMuxers: [yamux()],
    // All nodes have one address here, which libp2p and gossipsub would take for an attack.
    connectionManager: { inboundConnectionThreshold: Number.POSITIVE_INFINITY, maxIncomingPendingConnections: 100 },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        globalSignaturePolicy: StrictNoSign,
        allowPublishToZeroTopicPeers: true,
        scoreParams: { IPColocationFactorWeight: 0 },
      }),
    },
  });
  const pubsub = node.services.pubsub as GossipSub & { handleReceivedRpc(...rpc: unknown[]): Promise<void> };
  let received = 0;
  const handle = pubsub.handleReceivedRpc.bind(pubsub);
  pubsub.handleReceivedRpc = (...rpc) => {
    received++;
    return handle(...rpc);
  };
  pubsub.addEventListener("message", ({ detail }) => {
    if (detail.topic === TOPIC) deliver(new TextDecoder().decode(detail.data));
  });
  pubsub.subscribe(TOPIC);
  /** Connects to those that there is no connection to. */
  const dial = async (addresses: readonly string[]) => {
    const connected = new Set(node.getPeers().map(String));
    for (const address of addresses)
      if (!connected.has(address.slice(address.lastIndexOf("/") + 1)))
        await node.dial(multiaddr(address)).catch(() => {});
  };
  return {
    address: String(node.getMultiaddrs()[0]),
    connect: async (addresses) => {
      // One connection a pair.
      const later = addresses.slice(index + 1);
      await dial(later);
      void (async () => {
        for (;;) {
          await sleep(REDIAL);
          await dial(later);
        }
      })();
    },
    broadcast: (value) => void pubsub.publish(TOPIC, new TextEncoder().encode(value)),
    received: () => received,
  };
};
