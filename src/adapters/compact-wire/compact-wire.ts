import type { MemberId } from "../../domain/ports/transport.js";
import { FrameWriter, framesOf, readMessage, readNames } from "./codec.js";
import { HeardNames, SentNames } from "./names.js";

const BRACE = 0x7b;

/** Writes a node's messages for the compact wire; all its connections share one dictionary. */
export class CompactWire {
  private readonly writer = new FrameWriter();
  private readonly names = new SentNames();

  constructor(private readonly self: MemberId) {}

  /** Number of names that frames may refer to. */
  get nameCount(): number {
    return this.names.size;
  }

  /** Returns the frame of a message; `undefined` if it has to leave as JSON. */
  frame(to: MemberId, body: object): Buffer | undefined {
    return this.writer.message(body, this.names, { from: this.self, to });
  }

  /** Returns the frames that define the names from the number `first` on. */
  definitions(first: number): Buffer[] {
    return this.writer.names(this.names, first);
  }

  /** Returns a function that restores the bodies of this node's own frames to `to`. It returns `undefined` for a line of JSON. */
  reader(to: MemberId): (frame: Buffer) => object | undefined {
    const heard = new HeardNames();
    for (const { content } of framesOf(Buffer.concat(this.definitions(0)))) readNames(content, heard);
    const about = { route: { from: this.self, to }, limit: Number.POSITIVE_INFINITY };
    return (frame) => {
      const [only] = frame[0] === BRACE ? [] : framesOf(frame);
      const body = only && readMessage(only.kind, only.content, heard, about);
      return typeof body === "object" ? body : undefined;
    };
  }
}
