import type { FastifyInstance } from "fastify";
import type { ServeContext } from "../../context.js";
import { Problem } from "../problems.js";
import { NO_PARAMETERS, OPEN_ANSWERS, problemAnswer } from "../schemas.js";

const FINE = {
  description: "Yes.",
  content: {
    "application/json": {
      schema: { type: "object", required: ["status"], properties: { status: { type: "string", enum: ["ok"] } } },
    },
  },
} as const;

/** `GET /healthz` and `GET /readyz`, for the probes of orchestrators. They need no authentication, which probes could not give. */
export function addProbeRoutes(app: FastifyInstance, { health }: ServeContext): void {
  app.get(
    "/healthz",
    {
      exposeHeadRoute: true,
      schema: {
        operationId: "healthz",
        summary: "Whether the process works; if not, restart it",
        security: [],
        querystring: NO_PARAMETERS,
        response: { 200: FINE, ...OPEN_ANSWERS, 503: problemAnswer("No: only a restart helps.") },
      },
    },
    async () => {
      if (health.unhealthy === undefined) return { status: "ok" };
      throw new Problem(503, "TIDECAST_UNHEALTHY", { detail: health.unhealthy });
    },
  );
  app.get(
    "/readyz",
    {
      exposeHeadRoute: true,
      schema: {
        operationId: "readyz",
        summary: "Whether clients should be sent here",
        security: [],
        querystring: NO_PARAMETERS,
        response: {
          200: FINE,
          ...OPEN_ANSWERS,
          503: problemAnswer("Not now: the server is catching up, or shutting down."),
        },
      },
    },
    async () => {
      if (health.notReady === undefined) return { status: "ok" };
      throw new Problem(503, "TIDECAST_NOT_READY", { detail: health.notReady, retryAfter: 1 });
    },
  );
}
