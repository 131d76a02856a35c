import type { FastifyInstance } from "fastify";
import type { JsonValue } from "../../../domain/values/json-value.js";
import { ACK } from "../../broadcaster.js";
import type { ServeContext } from "../../context.js";
import { PROBLEM_TYPE, Problem } from "../problems.js";
import { COMMON_ANSWERS, GUARDED, problemAnswer, TOPIC } from "../schemas.js";

/** A parsed body, with the text that it came in. */
export interface ValueBody {
  readonly value: JsonValue;
  readonly text: string;
}

/** `POST /broadcast`: broadcasts the body. */
export function addBroadcastRoute(app: FastifyInstance, { broadcaster, authentication }: ServeContext): void {
  app.route<{ Body: ValueBody; Querystring: { topic?: string; ack?: string; ackTimeout?: number; wait?: boolean } }>({
    method: "POST",
    url: "/broadcast",
    onRequest: async (request) => authentication.require(request),
    schema: {
      operationId: "broadcast",
      summary: "Broadcast a value to every member",
      description:
        "The body is the value: any JSON. Answers once the value is stored here, or on as many members as `ack` says. " +
        "With an `Idempotency-Key` a request that is sent again counts once, and gets the first answer again.",
      security: GUARDED,
      headers: {
        type: "object",
        properties: {
          "idempotency-key": {
            type: "string",
            description: "Any text of 1 to 200 characters, another one for each value. This server remembers it.",
          },
        },
      },
      querystring: {
        type: "object",
        additionalProperties: false,
        properties: {
          topic: TOPIC,
          ack: {
            type: "string",
            pattern: ACK.source,
            description:
              "Members that have stored the value before the answer: `local`, `all` or a number. If the number is larger than the " +
              "cluster, the server waits for members that join.",
          },
          wait: {
            type: "boolean",
            default: true,
            description:
              "Whether to wait while the server has too much to send; with `false` it answers with 503 then.",
          },
          ackTimeout: { type: "integer", minimum: 1, maximum: 600_000, description: "Time to wait for them, in ms." },
        },
      },
      response: {
        200: {
          description: "The value is accepted.",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["status"],
                properties: { status: { type: "string", enum: ["accepted"] } },
              },
            },
          },
        },
        ...COMMON_ANSWERS,
        413: problemAnswer("The value is too large."),
        415: problemAnswer("The body is not declared as JSON."),
        422: problemAnswer("The idempotency key was used for another value."),
        503: problemAnswer(
          "The server is shutting down, its journal is lost, or it has too much to send. Try another one.",
        ),
        504: problemAnswer("The value is accepted and spreads, but too few members confirmed it in time."),
      },
    },
    handler: async (request, reply) => {
      // A request may have neither a body nor a type.
      const { value, text } = (request.body as ValueBody | undefined) ?? noBody();
      const { topic, ack, ackTimeout, wait } = request.query;
      const key = request.headers["idempotency-key"];
      const { status, body } = await broadcaster.broadcast({
        value,
        topic,
        text: JSON.stringify([text, ack, ackTimeout]),
        key: Array.isArray(key) ? key.join() : key,
        ack,
        ackTimeout,
        wait,
      });
      return reply
        .code(status)
        .type(status < 400 ? "application/json" : PROBLEM_TYPE)
        .send(Buffer.from(JSON.stringify(body)));
    },
  });
}

function noBody(): never {
  throw new Problem(400, "TIDECAST_INVALID_VALUE", { detail: "there is no body; send the value as JSON" });
}
