import { createNode, type TidecastNode, type Transport } from "../../../dist/index.js";
import { natsTransport } from "../../../dist/nats.js";
import { tcpTransport } from "../../../dist/tcp.js";
import type { StartMember, Surroundings } from "../member.ts";

type Budget = "default" | "eager" | "frugal";

const idOf = (index: number) => `n${index}`;

/** Over TCP, straight to one another. */
export const tidecastOnTcp = (budget: Budget) =>
  tidecast(budget, ({ index, ports }) =>
    tcpTransport({
      id: idOf(index),
      members: Object.fromEntries(ports.map((port, other) => [idOf(other), `127.0.0.1:${port}`])),
    }),
  );

/** Over a NATS server. */
export const tidecastOnNats = (budget: Budget) =>
  tidecast(budget, ({ index, server }) => natsTransport({ id: idOf(index), servers: server }));

function tidecast(budget: Budget, open: (surroundings: Surroundings) => Promise<Transport>): StartMember {
  return async (surroundings, deliver) => {
    const { index, size } = surroundings;
    const members = Array.from({ length: size }, (_, other) => idOf(other));
    const transport = await open(surroundings);
    let node: TidecastNode | undefined;
    return {
      // A node speaks as soon as it is made: not before all others listen.
      connect: async () => {
        node = await createNode({ id: idOf(index), members, transport, budget });
        node.on("delivery", ({ value }) => deliver(String(value)));
      },
      broadcast: (value) => void node?.broadcast(value),
      received: () => node?.stats().received.messages ?? 0,
    };
  };
}
