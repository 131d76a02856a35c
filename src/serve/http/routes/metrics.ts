import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Registry } from "prom-client";
import type { ServeContext } from "../../context.js";
import { GUARDED, problemAnswer } from "../schemas.js";

/** `GET /metrics`: the figures of this server, for Prometheus. */
export function addMetricsRoute(app: FastifyInstance, { node, health, streams, authentication }: ServeContext): void {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `tidecast_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("ready", "1 if the server is ready.", () => (health.notReady === undefined ? 1 : 0));
  gauge("streams", "Clients that follow events here.", () => streams.count);
  gauge("values", "Values that this server has.", () => node.stats().values);
  gauge("members", "Members of the cluster, as this server sees it.", () => node.stats().members.length);
  gauge("suspected_members", "Members that are unreachable or silent.", () => node.stats().suspects.length);
  gauge("is_root", "1 if this member is the root of the tree.", () => (node.stats().root === node.id ? 1 : 0));
  gauge("backlog_values", "Values that neighbours lack and that were not sent yet.", () =>
    Object.values(node.stats().backlog).reduce((sum, count) => sum + count, 0),
  );
  const requests = new Counter({
    name: "tidecast_http_requests_total",
    help: "Answered requests, by route and status.",
    labelNames: ["route", "status"] as const,
    registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    requests.inc({ route: request.routeOptions.url ?? "none", status: `${reply.statusCode}` });
  });
  app.route({
    method: "GET",
    url: "/metrics",
    onRequest: async (request) => authentication.require(request),
    schema: {
      operationId: "metrics",
      summary: "Figures for Prometheus",
      security: GUARDED,
      response: {
        200: {
          description: "Text in the format of Prometheus.",
          content: { "text/plain": { schema: { type: "string" } } },
        },
        401: problemAnswer("The token or the certificate is missing or wrong."),
      },
    },
    handler: async (_, reply) => reply.type(registry.contentType).send(Buffer.from(await registry.metrics())),
  });
}
