import type { PeerMessage } from "../../src/domain/messages.js";

const vector = [["n1@7", [[1, 3]]]] as const;

/** One message of each type between nodes. The compiler demands an entry for each type of `PeerMessage`. */
export const exampleMessages: { readonly [T in PeerMessage["type"]]: Extract<PeerMessage, { type: T }> } = {
  gossip: {
    type: "gossip",
    values: ["value"],
    dots: [["n1@7", 1, 1]],
    ages: [10],
    incarnation: 7,
    number: 1,
    base: 1,
  },
  gossip_ok: { type: "gossip_ok", incarnation: 7, ack: { incarnation: 1, ranges: [[1, 2]], held: 5 } },
  probe: { type: "probe", incarnation: 7, number: 1 },
  probe_ok: { type: "probe_ok", incarnation: 7, of: 1, number: 1, held: 0 },
  digest: { type: "digest", incarnation: 7, vector, reply: true },
  summary: {
    type: "summary",
    incarnation: 7,
    salt: 1,
    places: [null, ["n1", 1], ["n2@7", 3], ["n3", 1], null],
    known: [12345, vector, null, 67890],
    reply: true,
  },
  holdings: { type: "holdings", incarnation: 7, vector },
  stable: { type: "stable", incarnation: 7, vector },
  stale: { type: "stale", incarnation: 7, known: 9 },
};

/** The types of messages between nodes. */
export const messageTypes = Object.keys(exampleMessages) as PeerMessage["type"][];
/** The types on the wire. A `part` is a piece of a message that is too large for the transport. */
export const wireTypes: readonly string[] = [...messageTypes, "part"];
