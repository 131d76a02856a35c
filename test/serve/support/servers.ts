import { onTestFinished } from "vitest";
import { type RunningServer, startServer } from "../../../src/serve/server.js";
import { resolveServeSettings } from "../../../src/serve/settings/schema.js";

/** A server on free ports of loopback, with the settings of a config file. */
export async function serve(given: Record<string, unknown> = {}, lines: string[] = []): Promise<RunningServer> {
  const { cluster, http, ...rest } = given;
  const settings = resolveServeSettings(
    {
      id: "a",
      cluster: { listen: "127.0.0.1:0", ...(cluster as object) },
      http: { listen: "127.0.0.1:0", ...(http as object) },
      // Every value at once: tests need not wait for rounds.
      budget: "eager",
      ...rest,
    },
    "unused",
  );
  const server = await startServer(settings, { event: ({ text }) => lines.push(text) }, "1.2.3");
  onTestFinished(() => server.stop());
  return server;
}

/** Two servers of one cluster. */
export async function servePair(given: Record<string, unknown> = {}): Promise<[RunningServer, RunningServer]> {
  const a = await serve({ ...given, id: "a" });
  const b = await serve({ ...given, id: "b", cluster: { join: [a.clusterAddress], ...(given.cluster as object) } });
  return [a, b];
}

/** Sends a value to a server. */
export function post(url: string, value: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  });
}
