import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import type { DotRange } from "../../src/domain/values/dot.js";
import { eventually } from "../support/eventually.js";
import { EventClient } from "./support/event-client.js";
import { openSocket } from "./support/socket-client.js";
import { stubApp } from "./support/stub-app.js";

interface Page {
  readonly values: readonly { readonly value: unknown }[];
  readonly cursor: string;
  readonly gap?: unknown;
}

/** A route in the OpenAPI document. */
interface Described {
  readonly get: { readonly responses: { readonly 200: { readonly content: Record<"application/json", Content> } } };
}

interface Content {
  readonly schema: { readonly properties: { readonly gap: { readonly required: readonly string[] } } };
}

/** A server whose node has the values 1 to 4, of the author `a@1`, and deletes what the test says. */
async function serveStub() {
  let gone: DotRange[] = [];
  const { app, events } = await stubApp({ source: { gone: () => gone } });
  for (const number of [1, 2, 3, 4]) events.add({ value: number, member: "a", author: "a@1", number });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const retainOnly = (first: number) => {
    gone = [["a@1", 1, first - 1]];
    events.prune();
  };
  return { url, retainOnly };
}

it("a client whose cursor is older than what is kept gets a gap: by /values, as an event, and over a WebSocket", async () => {
  const { url, retainOnly } = await serveStub();
  const pageOf = async (query: string) => (await (await fetch(`${url}/values?${query}`)).json()) as Page;
  const { cursor } = await pageOf("limit=1");
  const after = `after=${encodeURIComponent(cursor)}`;
  retainOnly(4);
  const gap = { count: 2, authors: [{ member: "a", author: "a@1", count: 2, numbers: [[2, 3]] }] };

  const page = await pageOf(after);
  expect(page).toMatchObject({ values: [{ value: 4 }], gap });
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<"/values", Described> };
  const { schema } = document.paths["/values"].get.responses[200].content["application/json"];
  // A schema that did not name the gap would accept anything as one.
  expect(schema.properties.gap.required).toEqual(["count", "authors"]);
  const ajv = new Ajv2020({ strict: false });
  expect([ajv.validate(schema, page), ajv.errorsText()]).toEqual([true, "No errors"]);

  const client = await EventClient.open(`${url}/events`, { "last-event-id": cursor });
  await eventually(() => expect(client.events).toHaveLength(2));
  expect(client.events).toMatchObject([
    { type: "gap", data: gap, id: expect.any(String) },
    { type: "delivery", data: { value: 4 } },
  ]);

  const socket = await openSocket(url, {}, `?${after}`);
  await eventually(() => expect(socket.of("delivery")).toHaveLength(1));
  expect(socket.messages).toMatchObject([
    { type: "cursor" },
    { type: "gap", ...gap, cursor: expect.any(String) },
    { type: "delivery", value: 4 },
  ]);

  // With the cursor of the gap the client has passed it.
  for (const passed of [page.cursor, client.events[0]?.id as string])
    expect(await pageOf(`after=${encodeURIComponent(passed)}`)).not.toHaveProperty("gap");
});

it("a client that has got the values before they were deleted gets no gap", async () => {
  const { url, retainOnly } = await serveStub();
  const client = await EventClient.open(`${url}/events?after=start`);
  await eventually(() => expect(client.values).toEqual([1, 2, 3, 4]));
  retainOnly(5);
  const again = await fetch(`${url}/values?after=${encodeURIComponent(client.lastEventId as string)}`);
  expect(await again.json()).toEqual({ values: [], cursor: client.lastEventId, more: false });
  expect(client.events).toHaveLength(4);
});
