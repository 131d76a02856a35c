import { onTestFinished } from "vitest";
import type { JsonValue } from "../../../src/domain/values/json-value.js";
import type { Health as NodeHealth, TidecastNode } from "../../../src/library/index.js";
import { Broadcaster } from "../../../src/serve/broadcaster.js";
import { EventLog, type EventSource } from "../../../src/serve/events/event-log.js";
import { Streams } from "../../../src/serve/events/streams.js";
import { Health } from "../../../src/serve/health.js";
import { buildApp } from "../../../src/serve/http/app.js";
import { Authentication } from "../../../src/serve/http/authentication.js";
import { IdempotencyKeys } from "../../../src/serve/idempotency.js";
import { resolveServeSettings } from "../../../src/serve/settings/schema.js";

const SOUND: NodeHealth = { isReady: true, hasCaughtUp: true, isIsolated: false, isDegraded: false, problems: [] };

interface Stub {
  readonly health?: () => NodeHealth;
  readonly source?: EventSource;
}

/** The HTTP server of a node `a` that has health and an event log, and accepts every value. It does not listen. */
export async function stubApp({ health = () => SOUND, source = { gone: () => [] } }: Stub) {
  const stub: Pick<TidecastNode<JsonValue>, "id" | "metrics" | "health" | "broadcastTo"> = {
    id: "a",
    metrics: () => [],
    health,
    broadcastTo: async () => {},
  };
  const node = stub as TidecastNode<JsonValue>;
  const settings = resolveServeSettings({ id: "a", cluster: { listen: "127.0.0.1:0" } }, "unused");
  const log = { event: () => {} };
  const events = new EventLog(source);
  const state = new Health(node);
  const broadcaster = new Broadcaster(node, new IdempotencyKeys(1, 1));
  const app = await buildApp({
    ...{ node, events, settings, log, version: "1.2.3" },
    broadcaster,
    health: state,
    streams: new Streams(10),
    authentication: new Authentication(settings, log),
  });
  onTestFinished(() => app.close());
  return { app, events, state, broadcaster };
}
