import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const sockets = new Set<Socket>();
const closed = { read: 0, written: 0 };
let isCut = false;

function track(message: unknown): void {
  const { socket } = message as { socket: Socket };
  if (isCut) {
    // Who dials has not begun yet, and would go on after this.
    setImmediate(() => socket.destroy());
  }
  sockets.add(socket);
  socket.once("close", () => {
    sockets.delete(socket);
    closed.read += socket.bytesRead;
    closed.written += socket.bytesWritten;
  });
}

subscribe("net.client.socket", track);
subscribe("net.server.socket", track);

/** Bytes that this process has read from and written to all TCP connections since its start. */
export function traffic(): { read: number; written: number } {
  let { read, written } = closed;
  for (const socket of sockets) {
    read += socket.bytesRead;
    written += socket.bytesWritten;
  }
  return { read, written };
}

/** Cuts this process off: breaks every connection, and every new one, until `restore`. */
export function cut(): void {
  isCut = true;
  for (const socket of sockets) socket.destroy();
}

export function restore(): void {
  isCut = false;
}
