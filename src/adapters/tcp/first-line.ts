import { LONGEST_CONTROL_LINE } from "./control-lines.js";
import type { Socket } from "./sockets/socket.js";

const NEWLINE = 0x0a;

/** The other end has closed the connection. */
export class WentAway extends Error {
  constructor() {
    super("it closed the connection without sending anything");
  }
}

/**
 * Waits for the first line on a socket, and leaves the rest in it, paused. Never holds more than a control line.
 * @throws {Error} with a description of the problem; the socket is then unusable
 */
export function firstLine(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let held: Buffer = Buffer.alloc(0);
    let error: Error | undefined;
    const onData = (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const end = held.indexOf(NEWLINE);
      if (end === -1 && held.length <= LONGEST_CONTROL_LINE) return;
      stop();
      if (end === -1 || end > LONGEST_CONTROL_LINE) {
        reject(new Error(`its first line is longer than ${LONGEST_CONTROL_LINE} bytes`));
        return;
      }
      const rest = held.subarray(end + 1);
      if (rest.length > 0) socket.unshift(rest);
      resolve(held.subarray(0, end));
    };
    const onError = (cause: Error) => {
      error = cause;
    };
    const onClose = () => {
      stop();
      reject(error ?? new WentAway());
    };
    const stop = () => {
      socket.pause();
      socket.off("data", onData).off("error", onError).off("close", onClose);
    };
    socket.on("data", onData).on("error", onError).on("close", onClose);
    socket.resume();
  });
}
