import { BroadcastChannel } from "node:worker_threads";

/**
 * A complete transport between the threads of a process. Every thread receives every message of the channel, and delivers those
 * that are addressed to it.
 * @param {string} id this member
 * @param {string} name of the channel; the same for all members
 * @param {import("tidecast").Log} log receives a line per dropped message
 * @returns {import("tidecast").Transport}
 */
export function workerTransport(id, name, log) {
  const channel = new BroadcastChannel(name);
  const maxMessageBytes = 2 ** 24;
  let listener;
  let isClosed = false;
  const early = [];

  channel.onmessage = ({ data: { from, to, text } }) => {
    if (isClosed || to !== id) return;
    if (listener === undefined) early.push([from, text]);
    else listener(from, JSON.parse(text));
  };

  return {
    maxMessageBytes,

    // Returns at once. Messages that cannot be sent are lost, and the protocol sends their values again.
    send(to, body) {
      const text = JSON.stringify(body);
      if (isClosed) return;
      if (Buffer.byteLength(text) > maxMessageBytes) log.line(`dropped a message to ${to}: it is too large`);
      else channel.postMessage({ from: id, to, text });
    },

    // Messages that came before there was a listener are not lost.
    onMessage(newListener) {
      listener = newListener;
      for (const [from, text] of early.splice(0)) listener(from, JSON.parse(text));
    },

    async close() {
      isClosed = true;
      channel.close();
    },
  };
}
