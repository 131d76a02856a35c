import { toJsonSchema } from "@valibot/to-json-schema";
import { announcementSchema } from "../../src/application/wire/announcements.js";
import { memberMessageSchema } from "../../src/application/wire/member-messages.js";
import { partSchema } from "../../src/application/wire/parts.js";
import { peerMessageSchema } from "../../src/application/wire/peer-messages.js";

/** The page with the schema, relative to the project. */
export const SCHEMA_PAGE = "docs/wire.schema.json";

/** A JSON Schema (draft 2020-12) of every message on the wire, made from the schemas that nodes check messages with. */
export function wireSchema(): object {
  const messages = [peerMessageSchema, partSchema, memberMessageSchema, announcementSchema];
  const variants = messages.flatMap((message) => {
    const { $schema: _, ...schema } = toJsonSchema(message, {
      target: "draft-2020-12",
      // Conditions between fields, such as "one age for each range of dots", have no JSON Schema.
      errorMode: "ignore",
      overrideAction: ({ valibotAction, jsonSchema }) =>
        valibotAction.type === "safe_integer" ? { ...jsonSchema, type: "integer" } : undefined,
      // The one schema without a type of its own: the values of a message.
      overrideSchema: ({ valibotSchema }) => (valibotSchema.type === "custom" ? { type: "array" } : undefined),
    });
    return schema.oneOf ?? schema.anyOf ?? [schema];
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Messages of Tidecast",
    description:
      "Written by `npm run docs:wire` from the schemas that nodes check messages with; docs/protocol.md says what the fields mean. " +
      "Other fields are ignored. Conditions between fields are not part of it: a message that is valid here may still be rejected.",
    oneOf: variants,
  };
}
