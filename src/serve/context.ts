import type { Log } from "../domain/ports/log.js";
import type { JsonValue } from "../domain/values/json-value.js";
import type { TidecastNode } from "../library/index.js";
import type { Broadcaster } from "./broadcaster.js";
import type { EventLog } from "./events/event-log.js";
import type { Streams } from "./events/streams.js";
import type { Health } from "./health.js";
import type { Authentication } from "./http/authentication.js";
import type { ServeSettings } from "./settings/schema.js";

/** What the routes need. */
export interface ServeContext {
  readonly node: TidecastNode<JsonValue>;
  readonly events: EventLog;
  readonly broadcaster: Broadcaster;
  readonly health: Health;
  readonly streams: Streams;
  readonly authentication: Authentication;
  readonly settings: ServeSettings;
  /** Version of the package. */
  readonly version: string;
  readonly log: Log;
}
