import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RawData, WebSocket } from "ws";
import { quote } from "../../../application/options/invalid-options.js";
import type { LogEvent } from "../../../domain/ports/log.js";
import type { JsonValue } from "../../../domain/values/json-value.js";
import { isTopicName, TOPIC_WORDS } from "../../../library/node/topics/topic-name.js";
import { parseValue } from "../../broadcaster.js";
import type { ServeContext } from "../../context.js";
import { ALL_TOPICS, type Selection } from "../../events/selection.js";
import { SocketStream } from "../../events/socket-stream.js";
import { SseStream } from "../../events/sse-stream.js";
import { readerAfter } from "../cursors.js";
import { Problem, problemOf } from "../problems.js";
import { AFTER, COMMON_ANSWERS, GUARDED, problemAnswer, TOPIC_OR_ALL } from "../schemas.js";

interface Parameters {
  readonly Querystring: { readonly after?: string; readonly topic?: string };
  readonly Headers: { readonly "last-event-id"?: string };
}

type Request = FastifyRequest<Parameters>;

/** `GET /events`: the events as Server-Sent Events, or over a WebSocket if the client asks for an upgrade. */
export function addEventsRoute(app: FastifyInstance, context: ServeContext): void {
  const { events, streams, settings, authentication, log } = context;
  const deps = {
    log: events,
    streams,
    slowReader: settings.limits.slowReader,
    note: (event: LogEvent) => log.event(event),
  };
  const readerFor = ({ headers, query }: Request) =>
    readerAfter(events, query.topic, headers["last-event-id"] ?? query.after);
  app.route<Parameters>({
    method: "GET",
    url: "/events",
    onRequest: async (request) => authentication.require(request),
    // Before an upgrade too, so that the client gets the problem as an answer.
    preHandler: async (request) => {
      streams.requireRoom();
      readerFor(request);
    },
    schema: {
      operationId: "events",
      summary: "Follow the values as they arrive",
      description:
        "Server-Sent Events: `delivery` is a value, `gap` says that values were deleted that this client has not seen. The id of an " +
        "event is a cursor: after a lost connection the client sends it as `Last-Event-ID`, to any server of the cluster, and goes " +
        "on where it was. With `Upgrade: websocket` the same events come as JSON texts with `type` and `cursor`, and the client may " +
        'send `{"type":"broadcast","ref":1,"topic":"orders","value":…}`.',
      security: GUARDED,
      headers: {
        type: "object",
        properties: { "last-event-id": { type: "string", description: "A cursor; counts more than `after`." } },
      },
      querystring: { type: "object", additionalProperties: false, properties: { after: AFTER, topic: TOPIC_OR_ALL } },
      response: {
        200: { description: "The stream.", content: { "text/event-stream": { schema: { type: "string" } } } },
        ...COMMON_ANSWERS,
        503: problemAnswer("The server has too many streams, or is shutting down."),
      },
    },
    handler: async (request, reply) => {
      const reader = readerFor(request);
      reply.hijack();
      new SseStream(deps, reply.raw, reader);
    },
    wsHandler: (socket, request) => {
      new SocketStream(deps, socket, readerFor(request));
      socket.on("message", (data) => void broadcastFrom(socket, data, { ...context, selection: request.query.topic }));
    },
  });
}

const MEMBERS = '{"type":"broadcast","value":…}, with ref, topic, key, ack and ackTimeout if wanted';

/**
 * Broadcasts what a client has sent over its WebSocket, and answers with the same `ref`. A message without a topic gets the one that the
 * client follows.
 */
async function broadcastFrom(
  socket: WebSocket,
  data: RawData,
  { broadcaster, selection }: Pick<ServeContext, "broadcaster"> & { readonly selection: Selection },
): Promise<void> {
  const usualTopic = selection === ALL_TOPICS ? undefined : selection;
  let ref: unknown;
  try {
    const text = String(data);
    const message = parseValue(text);
    if (typeof message !== "object" || message === null || Array.isArray(message)) throw notUnderstood();
    ref = message.ref;
    const { type, value, topic, key, ack, ackTimeout, ...others } = message;
    if (type !== "broadcast" || value === undefined) throw notUnderstood();
    refuseOthers({ key, ackTimeout, others });
    const { status, body } = await broadcaster.broadcast({
      value,
      topic: topic === undefined ? usualTopic : topicOf(topic),
      text: JSON.stringify([JSON.stringify(value), ack, ackTimeout]),
      key: key as string | undefined,
      ack: ack === undefined ? undefined : String(ack),
      ackTimeout: ackTimeout as number | undefined,
    });
    socket.send(JSON.stringify(status < 400 ? { type: "accepted", ref } : { ...body, type: "problem", ref }));
  } catch (error) {
    socket.send(JSON.stringify({ ...problemOf(error).body, type: "problem", ref }));
  }
}

/**
 * Refuses members that the server does not understand. If a key were ignored, a value that is sent again would count twice.
 * @throws {Problem} for an unknown member, or one of another type
 */
function refuseOthers({
  key,
  ackTimeout,
  others,
}: Record<"key" | "ackTimeout" | "others", JsonValue | undefined>): void {
  const refuse = (what: string) => new Problem(400, "TIDECAST_BAD_REQUEST", { detail: what });
  if (key !== undefined && typeof key !== "string") throw refuse(`key must be a string, but it is ${quote(key)}`);
  if (ackTimeout !== undefined && typeof ackTimeout !== "number")
    throw refuse(`ackTimeout must be a number of ms, but it is ${quote(ackTimeout)}`);
  const unknown = Object.keys(others as object).find((name) => name !== "ref");
  if (unknown !== undefined) throw refuse(`a message has no member ${quote(unknown)}; it must be ${MEMBERS}`);
}

function topicOf(topic: JsonValue): string {
  if (isTopicName(topic)) return topic;
  throw new Problem(400, "TIDECAST_BAD_REQUEST", { detail: `topic must be ${TOPIC_WORDS}, but it is ${quote(topic)}` });
}

function notUnderstood(): Problem {
  return new Problem(400, "TIDECAST_BAD_REQUEST", {
    detail: `a message must be ${MEMBERS}`,
  });
}
