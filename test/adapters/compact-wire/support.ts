import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FrameWriter, framesOf, NAMES, readMessage, readNames } from "../../../src/adapters/compact-wire/codec.js";
import type { Route } from "../../../src/adapters/compact-wire/context.js";
import { HeardNames, SentNames } from "../../../src/adapters/compact-wire/names.js";
import { readRecording } from "../../contract/conversation.js";

export const route: Route = { from: "n1", to: "n0" };
export const LIMIT = 2 ** 23;

/** Both ends of a connection. */
export class Wire {
  readonly sent = new SentNames();
  readonly heard = new HeardNames();
  private readonly writer = new FrameWriter();
  private told = 0;

  /** The frame of a message; `undefined` if it leaves as JSON. */
  frame(body: object, on = route): Buffer | undefined {
    return this.writer.message(body, this.sent, on);
  }

  /** The frames that define the names that the other end does not know. */
  definitions(): Buffer[] {
    const frames = this.writer.names(this.sent, this.told);
    this.told = this.sent.size;
    return frames;
  }

  /** What the other end makes of frames. */
  read(bytes: Buffer, on = route): object | string | undefined {
    let body: object | string | undefined;
    for (const { kind, content } of framesOf(bytes)) {
      const result =
        kind === NAMES
          ? readNames(content, this.heard)
          : readMessage(kind, content, this.heard, { route: on, limit: LIMIT });
      if (result !== undefined) body = result;
    }
    return body;
  }

  /** The message at the other end: by a frame, or as JSON where there is none. */
  carry(body: object, on = route): object | string | undefined {
    const frame = this.frame(body, on);
    return frame === undefined ? overJson(body) : this.read(Buffer.concat([...this.definitions(), frame]), on);
  }
}

/** The body at the other end of a connection with lines of JSON. */
export function overJson(body: object): object {
  return JSON.parse(JSON.stringify(body));
}

/** Every message that members have ever been recorded to say. */
export function recordedMessages(): { readonly on: Route; readonly body: object }[] {
  const folder = "test/contract/recorded/0.1.0";
  return readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) => {
      const { self, events } = readRecording(readFileSync(join(folder, file), "utf8"));
      return events.flatMap((event) => {
        if ("from" in event) return [{ on: { from: event.from, to: self }, body: event.body }];
        return "to" in event ? [{ on: { from: self, to: event.to }, body: event.body }] : [];
      });
    });
}

/** The content of a frame. */
export function contentOf(frame: Buffer): Buffer {
  return framesOf(frame)[0]?.content ?? Buffer.alloc(0);
}
