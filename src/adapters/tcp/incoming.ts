import { NAMES, readMessage, readNames } from "../compact-wire/codec.js";
import type { Route } from "../compact-wire/context.js";
import { FrameReader } from "../compact-wire/frame-reader.js";
import { HeardNames } from "../compact-wire/names.js";
import { MalformedFrame } from "../compact-wire/problems.js";
import { LineReader } from "../json-lines/line-reader.js";
import { isControlLine } from "./control-lines.js";
import { ENVELOPE_ROOM } from "./limits.js";

/** Content of a connection, in the order of its arrival. */
export interface IncomingListener {
  control(line: Buffer): void;
  /** A line with a message, not yet parsed. */
  line(line: Buffer): void;
  /** A message of the compact wire: its body, or a description of the problem with it. */
  body(body: object | string): void;
  /** A line or a frame larger than a message may be was skipped; `start` is its beginning. */
  tooLong(start: Buffer): void;
}

/** Splits the bytes of a connection. */
export interface Incoming {
  /** @throws {MalformedFrame} if the connection is of no use any more */
  push(chunk: Buffer): void;
}

/** Reads lines of JSON. */
export function incomingLines(maxMessageBytes: number, listener: IncomingListener): Incoming {
  return new LineReader(maxMessageBytes + ENVELOPE_ROOM, {
    line: (line) => (isControlLine(line) ? listener.control(line) : listener.line(line)),
    tooLong: (start) => listener.tooLong(start),
  });
}

/** Reads frames of the compact wire, and lines of JSON among them. */
export function incomingFrames(maxMessageBytes: number, route: Route, listener: IncomingListener): Incoming {
  const names = new HeardNames();
  const about = { route, limit: maxMessageBytes };
  return new FrameReader(maxMessageBytes + ENVELOPE_ROOM, {
    line: (line) => (isControlLine(line) ? listener.control(line) : listener.line(line)),
    frame: (kind, content) => {
      if (kind !== NAMES) return listener.body(readMessage(kind, content, names, about));
      const problem = readNames(content, names);
      // Later frames would name the wrong actors.
      if (problem !== undefined) throw new MalformedFrame(`it sent names that are invalid: ${problem}`);
    },
    tooLong: (start) => listener.tooLong(start),
  });
}
