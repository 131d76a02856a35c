import type { EventLog } from "./event-log.js";
import type { EventReader, Item } from "./event-reader.js";

/** A connection to a client that gets events. */
export interface EventSink {
  /** Sends an item, in one piece with others of the same turn. @param withCursor whether the client gets the item's cursor with it */
  send(item: Item, withCursor: boolean): void;
  /** Sends a cursor alone: it names all items so far. */
  sendCursor(cursor: string): void;
  /** Hands everything to the system. @returns false if the client must read first; `resume` is called after that */
  flush(): boolean;
}

/** A longer cursor is sent once for all items of a turn, so that it never outweighs them. */
const SHORT_CURSOR = 512;

/** The most items that one client gets in a turn of the event loop. */
const MOST_PER_TURN = 200;
/** After this many characters a turn ends, so that no more waits in memory for a client that does not read. */
const TURN_SIZE = 256 * 1024;

/**
 * Sends the events of a log to one client, as fast as the client reads. Nothing is queued for a slow client: it goes on in the log
 * where it was, and gets a gap if values have been deleted meanwhile.
 */
export class EventPump {
  private isBlocked = false;
  private isScheduled = false;
  private isStopped = false;
  private readonly unfollow: () => void;

  constructor(
    log: EventLog,
    private readonly reader: EventReader,
    private readonly sink: EventSink,
  ) {
    this.unfollow = log.follow(() => this.schedule());
    this.schedule();
  }

  /** Whether the client has to read before it gets more. */
  get isWaiting(): boolean {
    return this.isBlocked;
  }

  /** The client's cursor, if it has changed although nothing was sent. */
  idleCursor(): string | undefined {
    return this.reader.idleCursor();
  }

  /** The client has read. */
  resume(): void {
    this.isBlocked = false;
    this.schedule();
  }

  stop(): void {
    this.isStopped = true;
    this.unfollow();
  }

  private schedule(): void {
    if (this.isScheduled || this.isBlocked || this.isStopped) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      if (!this.isStopped) this.run();
    });
  }

  private run(): void {
    let owed: string | undefined;
    let size = 0;
    for (let sent = 0; sent < MOST_PER_TURN && size < TURN_SIZE; sent++) {
      const item = this.reader.next();
      if (item === undefined) break;
      if (item.kind === "delivery") size += item.event.json.length;
      const isShort = item.cursor !== undefined && item.cursor.length <= SHORT_CURSOR;
      this.sink.send(item, isShort);
      owed = isShort ? undefined : item.cursor;
    }
    if (owed !== undefined) this.sink.sendCursor(owed);
    this.isBlocked = !this.sink.flush();
    if (!this.reader.isAtEnd) this.schedule();
  }
}
