import { createSocket } from "node:dgram";

/** What a datagram may carry in an Ethernet frame without being fragmented, and the least that a node needs, in bytes. */
const DATAGRAM = 1_472;
const LEAST = 1_400;

/**
 * A complete transport over UDP, for a trusted network: datagrams are neither encrypted nor authenticated. What gets lost,
 * comes twice or comes late is the protocol's business. A message has at most 1,400 bytes, so nothing that a node sends is
 * fragmented by the network.
 * @param {{ id: string, members: Record<string, string>, log: import("tidecast").Log }} options `members`: each member's "host:port"
 * @returns {Promise<import("tidecast").Transport>}
 */
export async function udpTransport({ id, members, log }) {
  const socket = createSocket({ type: "udp4", recvBufferSize: 2 ** 20 });
  let listener;
  let closed;
  let leaving = 0;
  let left = () => {};
  const early = [];

  socket.on("error", (error) => log.line(`UDP: ${error.message}`));
  socket.on("message", (bytes) => {
    const message = parse(bytes, log);
    if (closed !== undefined || message === undefined || message.to !== id || !(message.from in members)) return;
    if (listener === undefined) early.push(message);
    else listener(message.from, message.body);
  });
  const [host, port] = addressOf(members[id]);
  await new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, resolve);
  });

  return {
    maxMessageBytes: LEAST,

    send(to, body) {
      const text = JSON.stringify(body);
      if (closed !== undefined || !(to in members)) return;
      if (Buffer.byteLength(text) > LEAST) {
        log.line(`dropped a message to ${to}: it is larger than ${LEAST} bytes`);
        return;
      }
      const datagram = Buffer.from(`${JSON.stringify([id, to])}${text}`);
      if (datagram.length > DATAGRAM) log.line(`the ids ${id} and ${to} are long: the network fragments the message`);
      const [toHost, toPort] = addressOf(members[to]);
      leaving++;
      // A datagram that cannot be sent is lost, like any other.
      socket.send(datagram, toPort, toHost, () => {
        if (--leaving === 0) left();
      });
    },

    onMessage(newListener) {
      listener = newListener;
      for (const { from, body } of early.splice(0)) listener(from, body);
    },

    close() {
      closed ??= new Promise((resolve) => {
        left = () => socket.close(resolve);
        if (leaving === 0) left();
      });
      return closed;
    },
  };
}

/** A datagram is `["from","to"]{…}`: ids, then the body. Anybody can send one, so anything may come. */
function parse(bytes, log) {
  try {
    const text = bytes.toString("utf8");
    const end = text.indexOf("]{") + 1;
    const [from, to] = JSON.parse(text.slice(0, end));
    return { from, to, body: JSON.parse(text.slice(end)) };
  } catch {
    log.line(`dropped a datagram of ${bytes.length} bytes: it is no message`);
    return undefined;
  }
}

function addressOf(address) {
  const at = address.lastIndexOf(":");
  return [address.slice(0, at), Number(address.slice(at + 1))];
}
