import type { FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import {
  type MeasuredNode,
  OPEN_METRICS_CONTENT_TYPE,
  openMetrics,
  registerMetrics,
} from "../../../library/metrics.js";
import type { ServeContext } from "../../context.js";
import { prefersOpenMetrics } from "../accept.js";
import { COMMON_ANSWERS, GUARDED, NO_PARAMETERS } from "../schemas.js";
import { ServerMetrics } from "../server-metrics.js";

/** `GET /metrics`: the metrics of the node, and those of the server, in OpenMetrics or in the text format of Prometheus. */
export function addMetricsRoute(app: FastifyInstance, { node, streams, authentication }: ServeContext): void {
  const own = new ServerMetrics(streams);
  app.addHook("onResponse", async (request, reply) => {
    own.answered(request.routeOptions.url ?? "none", reply.statusCode);
  });
  const measured: MeasuredNode = { id: node.id, metrics: () => [...node.metrics(), ...own.read()] };
  const registry = new Registry();
  registerMetrics(measured, registry);
  app.route({
    method: "GET",
    url: "/metrics",
    onRequest: async (request) => authentication.require(request),
    schema: {
      operationId: "metrics",
      summary: "Metrics for Prometheus",
      description:
        "In OpenMetrics 1.0 if the header `Accept` asks for `application/openmetrics-text`, otherwise in the text format of Prometheus.",
      security: GUARDED,
      querystring: NO_PARAMETERS,
      response: {
        200: {
          description: "The metrics of the node and of the server.",
          content: {
            "text/plain": { schema: { type: "string" } },
            "application/openmetrics-text": { schema: { type: "string" } },
          },
        },
        ...COMMON_ANSWERS,
      },
    },
    handler: async (request, reply) => {
      reply.header("vary", "accept");
      if (prefersOpenMetrics(request.headers.accept))
        return reply.type(OPEN_METRICS_CONTENT_TYPE).send(Buffer.from(openMetrics(measured)));
      return reply.type(registry.contentType).send(Buffer.from(await registry.metrics()));
    },
  });
}
