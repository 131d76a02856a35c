import swagger, { type FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import websocket from "@fastify/websocket";
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaValidationError,
} from "fastify";
import { parseValue } from "../broadcaster.js";
import type { ServeContext } from "../context.js";
import { LONGEST_CURSOR } from "../events/cursor.js";
import { requestFailed, tooManyClients } from "../log-events.js";
import type { TlsContents } from "../tls-files.js";
import { refuseForeignPages } from "./origins.js";
import { Problem, problemOf, refuseConnection, sendProblem } from "./problems.js";
import { addBroadcastRoute, type ValueBody } from "./routes/broadcast.js";
import { addEventsRoute } from "./routes/events.js";
import { addMetricsRoute } from "./routes/metrics.js";
import { addProbeRoutes } from "./routes/probes.js";
import { addStatusRoute } from "./routes/status.js";
import { addValuesRoute } from "./routes/values.js";
import { NO_PARAMETERS, OPEN_ANSWERS } from "./schemas.js";

/** Time in ms that a client has to send its request. */
const REQUEST_TIMEOUT = 30_000;
/** Bytes of all headers; a cursor is one of them. */
const HEADER_BYTES = LONGEST_CURSOR + 16 * 1024;

/** The HTTP server with all its routes; it does not listen yet. @param tls its certificate; without it clients get plain text */
export async function buildApp(context: ServeContext, tls?: TlsContents): Promise<FastifyInstance> {
  const { settings, log } = context;
  const app = createApp(context, tls);
  app.server.maxConnections = settings.limits.connections;
  app.server.on("drop", () => log.event(tooManyClients({ limit: settings.limits.connections })));
  app.setErrorHandler((error, _, reply) => {
    const problem = problemOf(error, settings.limits);
    if (problem.status >= 500 && problem.code === "TIDECAST_INTERNAL_ERROR")
      log.event(requestFailed({ reason: (error as Error).stack ?? String(error) }));
    return sendProblem(reply, problem);
  });
  const methods = collectMethods(app);
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request.method, request.url, methods)));
  readValuesAsText(app);
  await app.register(swagger, { openapi: documentOf(context.version) });
  await app.register(websocket, { options: { maxPayload: settings.limits.bodyBytes } });
  // After the hook of this plugin, which closes the connection of an upgrade that is refused.
  app.addHook("onRequest", async (request) => refuseForeignPages(request, context.authentication.isOpen));
  app.after(() => {
    addBroadcastRoute(app, context);
    addValuesRoute(app, context);
    addEventsRoute(app, context);
    addStatusRoute(app, context);
    addProbeRoutes(app, context);
    addMetricsRoute(app, context);
    app.get(
      "/openapi.json",
      {
        schema: {
          operationId: "openapi",
          summary: "This document",
          security: [],
          querystring: NO_PARAMETERS,
          response: {
            200: { description: "An OpenAPI document.", content: { "application/json": { schema: {} } } },
            ...OPEN_ANSWERS,
          },
        },
      },
      async (_, reply) => reply.type("application/json").send(Buffer.from(JSON.stringify(app.swagger()))),
    );
  });
  await app.ready();
  return app;
}

function createApp({ settings }: ServeContext, tls: TlsContents | undefined): FastifyInstance {
  const options = {
    logger: false,
    bodyLimit: settings.limits.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT,
    exposeHeadRoutes: false,
    schemaErrorFormatter: describeMistake,
    // These two come before any route, and bypass the error handler.
    frameworkErrors: (error: FastifyError, _: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(reply, problemOf(error)),
    clientErrorHandler: refuseConnection,
    forceCloseConnections: "idle" as const,
    // An unknown parameter is an error, not ignored.
    ajv: { customOptions: { removeAdditional: false as const, coerceTypes: true } },
  };
  if (tls === undefined) return fastify({ ...options, http: { maxHeaderSize: HEADER_BYTES } });
  return fastify({
    ...options,
    https: {
      maxHeaderSize: HEADER_BYTES,
      minVersion: "TLSv1.2",
      ...tls,
      // The routes check the certificate: probes have none.
      ...(tls.ca !== undefined && { requestCert: true, rejectUnauthorized: false }),
    },
  }) as unknown as FastifyInstance;
}

/** Describes the first mistake in a request's parameters. */
function describeMistake(mistakes: FastifySchemaValidationError[], part: string): Problem {
  const [{ keyword, instancePath, message, params }] = mistakes as [FastifySchemaValidationError];
  const where = part === "querystring" ? "parameter" : part;
  const unknown = keyword === "additionalProperties" ? String(params.additionalProperty) : undefined;
  return new Problem(400, "TIDECAST_BAD_REQUEST", {
    detail:
      unknown === undefined
        ? `the ${where} ${instancePath.slice(1)} ${message}`
        : `there is no ${where} ${unknown.slice(0, 50)} here; /openapi.json lists them`,
  });
}

/** A value is kept as the text that the client wrote: it shows numbers that a double cannot hold. */
function readValuesAsText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, ({ headers }, bytes, done) => {
    try {
      refuseEncodedBody(headers["content-encoding"]);
      const text = textOf(bytes as Buffer);
      done(null, { value: parseValue(text), text } satisfies ValueBody);
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser("*", (_, __, done) =>
    done(
      new Problem(415, "TIDECAST_UNSUPPORTED_MEDIA_TYPE", {
        detail: 'send the value as JSON, with the header "content-type: application/json"',
      }),
    ),
  );
}

/** @throws {Problem} for a compressed body */
function refuseEncodedBody(encoding = "identity"): void {
  if (encoding.trim().toLowerCase() === "identity") return;
  throw new Problem(415, "TIDECAST_UNSUPPORTED_MEDIA_TYPE", {
    detail: `send the value without the content-encoding ${JSON.stringify(encoding.slice(0, 50))}`,
  });
}

/** @throws {Problem} if the bytes are not UTF-8: a decoder that replaces them would change the value */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(400, "TIDECAST_INVALID_VALUE", { detail: "the body is not UTF-8" });
  }
}

/** The methods of each path, which an answer 405 names. */
function collectMethods(app: FastifyInstance): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  app.addHook("onRoute", ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  return methods;
}

function notFound(method: string, url: string, methods: ReadonlyMap<string, readonly string[]>): Problem {
  const path = url.split("?")[0] as string;
  const allowed = methods.get(path);
  if (allowed !== undefined)
    return new Problem(405, "TIDECAST_METHOD_NOT_ALLOWED", {
      detail: `${path} does not take ${method}; use ${allowed.join(" or ")}`,
      allowed,
    });
  return new Problem(404, "TIDECAST_NOT_FOUND", {
    detail: `there is no ${path}; there are ${[...methods.keys()].join(", ")}, described in /openapi.json`,
  });
}

function documentOf(version: string): NonNullable<FastifyDynamicSwaggerOptions["openapi"]> {
  return {
    openapi: "3.1.0",
    info: {
      title: "Tidecast",
      version,
      description: "Broadcasts JSON values to all members of a cluster, and delivers each of them once.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        // OpenAPI 3.1 has this type; the package's types do not yet.
        mutualTLS: { type: "mutualTLS" } as never,
      },
    },
  };
}
