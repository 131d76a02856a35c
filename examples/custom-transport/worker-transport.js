import { BroadcastChannel } from "node:worker_threads";

/**
 * Carries messages between the threads of a process: all that a transport is. Every thread hears every message of the
 * channel, and takes those that are meant for it.
 * @param {string} id this member
 * @param {string} name of the channel; the same for all members
 * @param {import("tidecast").Log} log told of what is dropped
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

    // Returns at once; what cannot be sent is lost, and the protocol sends it again.
    send(to, body) {
      const text = JSON.stringify(body);
      if (isClosed) return;
      if (Buffer.byteLength(text) > maxMessageBytes) log.line(`dropped a message to ${to}: it is too large`);
      else channel.postMessage({ from: id, to, text });
    },

    // What came before there was a listener is not lost.
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
