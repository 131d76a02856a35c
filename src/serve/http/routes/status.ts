import type { FastifyInstance } from "fastify";
import type { ServeContext } from "../../context.js";
import { COMMON_ANSWERS, GUARDED, NO_PARAMETERS } from "../schemas.js";

/** `GET /status`: the cluster as this server sees it. `tidecast status` shows it. */
export function addStatusRoute(app: FastifyInstance, context: ServeContext): void {
  const { node, health, streams, authentication, version } = context;
  const since = performance.now();
  app.route({
    method: "GET",
    url: "/status",
    onRequest: async (request) => authentication.require(request),
    schema: {
      operationId: "status",
      summary: "The cluster as this server sees it",
      security: GUARDED,
      querystring: NO_PARAMETERS,
      response: {
        200: {
          description: "The state at this moment.",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["id", "version", "root", "ready", "values", "uptime", "streams", "members"],
                properties: {
                  id: { type: "string" },
                  version: { type: "string" },
                  root: { type: "string", description: "The root of the tree." },
                  ready: { type: "boolean" },
                  values: { type: "integer", description: "Number of values here." },
                  uptime: { type: "integer", description: "Since the start, in ms." },
                  streams: { type: "integer", description: "Number of clients that follow events here." },
                  members: {
                    type: "array",
                    items: {
                      type: "object",
                      required: ["id", "state", "self"],
                      properties: {
                        id: { type: "string" },
                        state: { type: "string", enum: ["alive", "suspected"] },
                        self: { type: "boolean" },
                        address: { type: "string" },
                        joined: { type: "number", description: "In ms since 1970." },
                        roundTrip: { type: "number", description: "The 90th percentile, in ms, if it was measured." },
                        backlog: {
                          type: "integer",
                          description:
                            "Values that it lacks and that this server has not sent it yet, if it is a neighbour.",
                        },
                        lag: {
                          type: "object",
                          description: "How far it is behind this server, if it confirms values to this server.",
                          required: ["values", "isLowerBound", "age"],
                          properties: {
                            values: {
                              type: "integer",
                              description: "Values that this server has and that the member has not confirmed.",
                            },
                            isLowerBound: { type: "boolean", description: "Whether there may be more of them." },
                            age: {
                              type: "integer",
                              description: "Time since the oldest of them was accepted, in ms; 0 if there are none.",
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
        ...COMMON_ANSWERS,
      },
    },
    handler: async () => {
      const { members, root, values, backlog, roundTrips, lags } = node.stats();
      return {
        id: node.id,
        version,
        root,
        ready: health.notReady === undefined,
        values,
        uptime: Math.round(performance.now() - since),
        streams: streams.count,
        members: members.map(({ id, state, isSelf, address, joined }) => ({
          id,
          state,
          self: isSelf,
          ...(address !== undefined && { address }),
          ...(joined !== undefined && { joined }),
          ...(roundTrips[id] !== undefined && { roundTrip: roundTrips[id] }),
          ...(backlog[id] !== undefined && { backlog: backlog[id] }),
          ...(lags[id] !== undefined && { lag: { ...lags[id], age: Math.round(lags[id].age) } }),
        })),
      };
    },
  });
}
