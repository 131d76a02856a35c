import { Problem } from "../http/problems.js";

/** A stream of events to a client. */
export interface Stream {
  /** Ends it properly: the client is told, and may go on elsewhere. */
  end(): void;
}

/** The open streams of events, within a limit. */
export class Streams {
  private readonly open = new Set<Stream>();
  private isClosed = false;

  constructor(private readonly most: number) {}

  get count(): number {
    return this.open.size;
  }

  /** @throws {Problem} if there are too many, or the server shuts down */
  requireRoom(): void {
    if (this.isClosed)
      throw new Problem(503, "TIDECAST_NODE_CLOSED", {
        detail: "the server is shutting down; connect to another one",
        retryAfter: 1,
      });
    if (this.open.size >= this.most)
      throw new Problem(503, "TIDECAST_TOO_MANY_STREAMS", {
        detail: `this server has ${this.most} streams, its limit (limits.streams); connect to another one`,
        retryAfter: 5,
      });
  }

  add(stream: Stream): void {
    this.open.add(stream);
  }

  remove(stream: Stream): void {
    this.open.delete(stream);
  }

  /** Ends all streams, and accepts no more. */
  close(): void {
    this.isClosed = true;
    for (const stream of [...this.open]) stream.end();
  }
}
