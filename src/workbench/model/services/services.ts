import type { Random } from "../../../domain/ports/random.js";
import { type Delivery, typeOf } from "../message.js";
import type { Network } from "../network.js";
import { LastWriteWinsKeyValues } from "./last-write-wins.js";
import { LinearizableKeyValues } from "./linearizable.js";
import { SequentialKeyValues } from "./sequential.js";
import type { Service } from "./service.js";
import { TimestampOracle } from "./timestamp-oracle.js";
import type { UnknownRequestCounts } from "./unknown-requests.js";

/** Maelstrom's services, by the ids under which nodes address them. */
const SERVICE_IDS = ["lin-kv", "seq-kv", "lww-kv", "lin-tso"] as const;

/**
 * Adds Maelstrom's services to the network, each as a node of its own: their messages take time, get lost and are counted
 * like messages between nodes. Partitions do not cut them off, and they are never killed.
 *
 * A request of an unknown type gets no answer: Maelstrom logs a warning and continues (maelstrom.service/service-thread).
 * Source: https://github.com/jepsen-io/maelstrom, doc/services.md and src/maelstrom/service.clj (0.2.3 and 0.2.4).
 * @param unknown counts the requests that get no answer
 */
export function addServices(network: Network, random: Random, unknown: UnknownRequestCounts): void {
  const services: Readonly<Record<(typeof SERVICE_IDS)[number], Service>> = {
    "lin-kv": new LinearizableKeyValues(),
    "seq-kv": new SequentialKeyValues(random),
    "lww-kv": new LastWriteWinsKeyValues(random),
    "lin-tso": new TimestampOracle(),
  };
  for (const id of SERVICE_IDS) {
    const service = services[id];
    network.addService(id, {
      admits: () => true,
      take: ({ message, line }: Delivery) => {
        const { src, body } = message;
        if (!service.knows.includes(typeOf(body))) {
          unknown.note(src, id, body.type, service.knows);
          return true;
        }
        const reply = { ...service.answer(src, body), in_reply_to: body.msg_id ?? null };
        network.sendFromService({ src: id, dest: src, body: reply }, line !== undefined);
        return true;
      },
    });
  }
}
