import type { MemberId } from "../../domain/ports/transport.js";
import type { CompactWire } from "../compact-wire/compact-wire.js";

/** Returns the line of a message. @param json its body */
export function lineOf(from: MemberId, to: MemberId, json: string): Buffer {
  return Buffer.from(`{"src":${JSON.stringify(from)},"dest":${JSON.stringify(to)},"body":${json}}\n`);
}

/** Returns a function that turns this node's own frames into lines; `undefined` for those that are lines already. */
export function lineWriter(compact: CompactWire, from: MemberId, to: MemberId): (frame: Buffer) => Buffer | undefined {
  const read = compact.reader(to);
  return (frame) => {
    const body = read(frame);
    return body && lineOf(from, to, JSON.stringify(body));
  };
}
