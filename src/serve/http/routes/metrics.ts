import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Registry } from "prom-client";
import { registerMetrics } from "../../../library/metrics.js";
import type { ServeContext } from "../../context.js";
import { GUARDED, problemAnswer } from "../schemas.js";

/** `GET /metrics`: the metrics of the node, and those of the server, for Prometheus. */
export function addMetricsRoute(app: FastifyInstance, { node, streams, authentication }: ServeContext): void {
  const registry = new Registry();
  const registers = [registry];
  registerMetrics(node, registry);
  new Gauge({
    name: "tidecast_streams",
    help: "Clients that follow events here.",
    registers,
    collect() {
      this.set(streams.count);
    },
  });
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
