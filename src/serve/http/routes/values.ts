import type { FastifyInstance } from "fastify";
import type { ServeContext } from "../../context.js";
import { gapJson } from "../../events/wording.js";
import { readerAfter, START } from "../cursors.js";
import { Problem } from "../problems.js";
import { AFTER, COMMON_ANSWERS, DELIVERY, GAP, GUARDED, TOPIC_OR_ALL } from "../schemas.js";

const MOST_PER_PAGE = 10_000;
const USUAL_PAGE = 1_000;
/** A page ends after this many characters of JSON, with at least one value. */
const PAGE_SIZE = 4 * 2 ** 20;

/** `GET /values`: the values of this server, page by page. */
export function addValuesRoute(app: FastifyInstance, { events, authentication }: ServeContext): void {
  app.route<{ Querystring: { after?: string; limit?: number; topic?: string } }>({
    method: "GET",
    url: "/values",
    onRequest: async (request) => authentication.require(request),
    schema: {
      operationId: "values",
      summary: "Read the values that are kept, page by page",
      description:
        "In the order of their arrival at this server. Pass `cursor` of a page as `after` for the next one, or to `/events` for " +
        "everything that comes later.",
      security: GUARDED,
      querystring: {
        type: "object",
        additionalProperties: false,
        properties: {
          after: AFTER,
          topic: TOPIC_OR_ALL,
          limit: { type: "integer", minimum: 1, maximum: MOST_PER_PAGE, default: USUAL_PAGE },
        },
      },
      response: {
        200: {
          description: "A page.",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["values", "cursor", "more"],
                properties: {
                  values: { type: "array", items: DELIVERY },
                  cursor: { type: "string", description: "The end of this page." },
                  more: { type: "boolean", description: "Whether another page follows now." },
                  gap: GAP,
                },
              },
            },
          },
        },
        ...COMMON_ANSWERS,
      },
    },
    handler: async (request, reply) => {
      const { after, limit = USUAL_PAGE, topic } = request.query;
      // A script that begins with an empty variable wants the first page.
      const reader = readerAfter(events, topic, after || START);
      const values: string[] = [];
      let gap: string | undefined;
      let size = 0;
      while (values.length < limit && size < PAGE_SIZE) {
        const item = reader.next();
        if (item === undefined) break;
        if (item.kind === "gap") gap = gapJson(item.ranges);
        else {
          values.push(item.event.json);
          size += item.event.json.length;
        }
      }
      const { cursor, isAtEnd } = reader;
      if (cursor === undefined && !isAtEnd) throw cursorTooLong();
      const end = `"cursor":${JSON.stringify(cursor ?? "")},"more":${!isAtEnd}`;
      const text = `{"values":[${values.join(",")}],${gap === undefined ? "" : `"gap":${gap},`}${end}}`;
      return reply.type("application/json").send(Buffer.from(text));
    },
  });
}

/** An empty cursor instead would lead to the first page again. */
function cursorTooLong(): Problem {
  return new Problem(500, "TIDECAST_INTERNAL_ERROR", {
    detail:
      "the cursor of this page would be too long, because members were started very often; use a larger limit, or /events?after=start",
  });
}
