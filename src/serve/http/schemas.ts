import { TOPIC_NAME } from "../../library/node/topics/topic-name.js";
import { SELECTION } from "../events/selection.js";

/** JSON schemas of requests and answers: the server validates by them, and the OpenAPI document shows them. */

export const AFTER = {
  type: "string",
  description: "A cursor: only what came after it. `start`: all values that are kept.",
} as const;

/** The parameters of a route that has none: unknown ones are refused. */
export const NO_PARAMETERS = { type: "object", additionalProperties: false, properties: {} } as const;

/** The topic of a value that a client sends. */
export const TOPIC = {
  type: "string",
  pattern: TOPIC_NAME.source,
  description: "The topic of the value. Without it the value belongs to no topic.",
} as const;

/** The topic of the values that a client reads. */
export const TOPIC_OR_ALL = {
  type: "string",
  pattern: SELECTION.source,
  description:
    "Only the values of this topic; `*`: all values, of any topic or none. Without it only the values of no topic.",
} as const;

export const DELIVERY = {
  type: "object",
  description: "A value. Author and number identify it on all servers.",
  required: ["value", "member", "author", "number"],
  properties: {
    value: { description: "The value as it was broadcast: any JSON." },
    member: { type: "string", description: "The member that broadcast it." },
    author: { type: "string", description: "That member in one of its lives." },
    number: { type: "integer", description: "Counts the author's values, from 1." },
    topic: { type: "string", description: "Its topic, if it has one." },
  },
} as const;

export const GAP = {
  type: "object",
  description: "Values that the client has not seen and that no longer exist, of any topic.",
  required: ["count", "authors"],
  properties: {
    count: { type: "integer", minimum: 1 },
    authors: {
      type: "array",
      items: {
        type: "object",
        required: ["member", "author", "count", "numbers"],
        properties: {
          member: { type: "string" },
          author: { type: "string" },
          count: { type: "integer" },
          numbers: {
            type: "array",
            description: "Ranges of numbers, both ends included.",
            items: { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 },
          },
        },
      },
    },
  },
} as const;

const PROBLEM = {
  type: "object",
  description: "An error in the form of RFC 9457.",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What was wrong, and what to do." },
    code: { type: "string", description: "A stable name of the problem." },
  },
  additionalProperties: true,
} as const;

/** A problem as an answer. */
export function problemAnswer(description: string) {
  return { description, content: { "application/problem+json": { schema: PROBLEM } } } as const;
}

/** The answer that every route may give to a browser. */
const FORBIDDEN = {
  403: problemAnswer(
    "The request comes from a page of another host, or names this server in a way that is not allowed.",
  ),
} as const;

/** The answers that every route without parameters and without a guard may give. */
export const OPEN_ANSWERS = { 400: problemAnswer("There is no such parameter."), ...FORBIDDEN } as const;

/** The answers that every guarded route may give. */
export const COMMON_ANSWERS = {
  400: problemAnswer("A parameter or the body is invalid."),
  401: problemAnswer("The token or the certificate is missing or wrong."),
  ...FORBIDDEN,
} as const;

/** The security of guarded routes, by the names of the document's schemes. */
export const GUARDED = [{ bearer: [] }, { mutualTLS: [] }];
