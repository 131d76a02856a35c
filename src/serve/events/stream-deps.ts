import type { LogEvent } from "../../domain/ports/log.js";
import type { EventLog } from "./event-log.js";
import type { Streams } from "./streams.js";

/** Collaborators of a stream of events, the same for SSE and WebSockets. */
export interface StreamDeps {
  readonly log: EventLog;
  readonly streams: Streams;
  /** Time after which a client that reads nothing is disconnected, in ms. */
  readonly slowReader: number;
  /** Writes to the log of the server. */
  readonly note: (event: LogEvent) => void;
}

/** Pause after which an idle stream shows that it is there, so that both ends notice a lost connection, in ms. */
export const HEARTBEAT = 15_000;
