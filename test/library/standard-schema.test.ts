import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import {
  type Codec,
  type JsonValue,
  jsonCodec,
  richCodec,
  type StandardSchema,
  standardSchemaCodec,
  type UndecodableValue,
} from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

interface Order {
  id: number;
  items: { price: number }[];
}

/** The same schema in each library. */
const schemas: Record<string, StandardSchema<Order>> = {
  zod: z.object({ id: z.number(), items: z.array(z.object({ price: z.number() })) }),
  valibot: v.object({ id: v.number(), items: v.array(v.object({ price: v.number() })) }),
  arktype: type({ id: "number", items: type({ price: "number" }).array() }),
};

const order: Order = { id: 17, items: [{ price: 5 }] };
/** Two parts do not match. */
const wrong = { id: "17", items: [{ price: 5 }, { price: null }] } as unknown as Order;

describe.each(Object.entries(schemas))("a codec with a schema of %s", (vendor, schema) => {
  it("carries values that match", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const codec = standardSchemaCodec(schema);
    await cluster.node("n0").topic("orders", { codec }).broadcast(order);
    cluster.run(1000);
    expect(cluster.node("n1").topic("orders", { codec }).values()).toEqual([order]);
  });

  it("rejects others at broadcast, with the path of each part and the words of the library", async () => {
    const node = (await new LibraryCluster<JsonValue>(1).start()).node("n0");
    const topic = node.topic("orders", { codec: standardSchemaCodec(schema) });
    const error = await topic.broadcast(wrong).catch((reason) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      code: "TIDECAST_SCHEMA_VIOLATION",
      issues: [
        { path: "value.id", message: expect.stringMatching(/number/) },
        { path: "value.items[1].price", message: expect.stringMatching(/number/) },
      ],
    });
    expect(error.message).toMatch(
      new RegExp(
        `^the value does not match its ${vendor} schema: value\\.id: .*number.*; value\\.items\\[1]\\.price: .*number`,
      ),
    );
    expect(topic.values()).toEqual([]);
  });

  it("reports invalid values that arrive, with topic and author, and continues", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const topic = cluster.node("n1").topic("orders", { codec: standardSchemaCodec(schema) });
    const heard: Order[] = [];
    topic.on("delivery", ({ value }) => heard.push(value));
    const errors: UndecodableValue[] = [];
    topic.on("error", (error) => errors.push(error));
    const unchecked = cluster.node("n0").topic<Order>("orders");
    for (const value of [wrong, order]) await unchecked.broadcast(value);
    cluster.run(1000);
    expect(heard).toEqual([order]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ topic: "orders", member: "n0", number: 1 });
    expect(errors[0]?.cause).toMatchObject({ code: "TIDECAST_SCHEMA_VIOLATION", issues: { length: 2 } });
    expect(cluster.toldTo("n1").lines).toHaveLength(1);
    expect(cluster.toldTo("n1").lines[0]).not.toContain("\n");
  });
});

describe("a codec with a Standard Schema", () => {
  it("encodes what the schema gives: with defaults, and without keys that the schema removes", async () => {
    const codec = standardSchemaCodec(z.object({ name: z.string().trim(), role: z.string().default("guest") }));
    expect(codec.encode({ name: " ann ", extra: 1 } as never)).toEqual({ name: "ann", role: "guest" });
    expect(codec.decode({ name: "bob", secret: 2 })).toEqual({ name: "bob", role: "guest" });
    expectTypeOf(codec).toEqualTypeOf<Codec<{ name: string; role: string }>>();
  });

  it("carries what JSON cannot with another codec", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const codec = standardSchemaCodec(z.object({ at: z.date() }), { codec: richCodec });
    const topic = (id: string) => cluster.node(id).topic("visits", { codec });
    await topic("n0").broadcast({ at: new Date(0) });
    cluster.run(1000);
    expectTypeOf(topic("n1").values()).toEqualTypeOf<{ at: Date }[]>();
    expect(topic("n1").values()).toEqual([{ at: new Date(0) }]);
    await expect(topic("n0").broadcast({ at: new Date(Number.NaN) })).rejects.toThrow("value.at: Invalid");
    expect(() => standardSchemaCodec(z.object({ at: z.date() })).encode({ at: new Date(0) })).toThrow(
      "value.at: Date objects",
    );
  });

  it("serves a node as well as a topic", async () => {
    const cluster = await new LibraryCluster<string>(2, {
      codec: standardSchemaCodec(v.pipe(v.string(), v.email())),
    }).start();
    await cluster.node("n0").broadcast("ann@example.com");
    await expect(cluster.node("n0").broadcast("ann")).rejects.toMatchObject({ code: "TIDECAST_SCHEMA_VIOLATION" });
    cluster.run(1000);
    expect(cluster.node("n1").values()).toEqual(["ann@example.com"]);
  });

  it("lists the first five parts, and all of them in `issues`", () => {
    const codec = standardSchemaCodec(z.array(z.number()));
    const values = Array.from({ length: 8 }, String) as never;
    expect(() => codec.encode(values)).toThrow(/value\[0]: .*; value\[4]: [^;]*; and 3 more$/);
    expect(() => codec.encode(values)).toThrow(
      expect.objectContaining({ issues: expect.objectContaining({ length: 8 }) }),
    );
    expect(() => standardSchemaCodec(z.number()).encode("x" as never)).toThrow("schema: value: ");
  });

  it.each([
    ["zod", z.string().refine(async () => true)],
    ["zod, whose check fails", z.string().refine(() => Promise.reject(new Error("no database")))],
    ["zod, whose transform fails", z.string().transform(() => Promise.reject<string>(new Error("no database")))],
    [
      "valibot",
      v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true),
      ),
    ],
    [
      "valibot, whose check fails",
      v.pipeAsync(
        v.string(),
        v.checkAsync(() => Promise.reject(new Error("no database"))),
      ),
    ],
    [
      "valibot, whose transform gives a promise",
      v.pipe(
        v.string(),
        v.transform(() => Promise.reject<string>(new Error("no database"))),
      ) as unknown as StandardSchema<string>,
    ],
  ])("refuses a schema that validates asynchronously (%s)", async (_, schema) => {
    const node = (await new LibraryCluster<JsonValue>(1).start()).node("n0");
    const topic = node.topic("a", { codec: standardSchemaCodec<string, string>(schema) });
    const error = await topic.broadcast("x").catch((reason) => reason);
    expect(error).toMatchObject({ code: "TIDECAST_INVALID_OPTIONS" });
    expect(error.message).toMatch(/^the (zod|valibot) schema of standardSchemaCodec validates asynchronously, but/);
  });

  it("names a check that throws, because zod validates asynchronously then", () => {
    const check = () => {
      throw new Error("no database");
    };
    expect(() => standardSchemaCodec(z.string().refine(check)).encode("x")).toThrow(
      "(zod also does so after a check that throws an error: let it return false instead)",
    );
    expect(() => standardSchemaCodec(v.pipe(v.string(), v.check(check))).encode("x")).toThrow(/^no database$/);
  });

  it("refuses promises that arrive as values", () => {
    const schema = type("string").pipe(async (text) => text) as unknown as StandardSchema<string>;
    expect(() => standardSchemaCodec(schema).decode("x")).toThrow(
      "the arktype schema of standardSchemaCodec validates",
    );
  });

  it("reports an asynchronous schema also for a value that arrives", async () => {
    const cluster = await new LibraryCluster<JsonValue>(2).start();
    const errors: Error[] = [];
    cluster.node("n1").on("error", (error) => errors.push(error));
    const codec = standardSchemaCodec(z.string().refine(async () => true));
    cluster
      .node("n1")
      .topic("a", { codec })
      .on("delivery", () => {});
    await cluster.node("n0").topic("a").broadcast("x");
    cluster.run(1000);
    expect(errors).toEqual([
      expect.objectContaining({ topic: "a", cause: expect.objectContaining({ code: "TIDECAST_INVALID_OPTIONS" }) }),
    ]);
  });

  it("rejects what is no schema, and options that it does not have", () => {
    for (const none of [undefined, null, {}, "schema", () => {}, { "~standard": { version: 1 } }])
      expect(() => standardSchemaCodec(none as never)).toThrow(
        /^standardSchemaCodec needs a Standard Schema of version 1/,
      );
    const later = { "~standard": { version: 2, vendor: "x", validate: () => ({ value: 1 }) } };
    expect(() => standardSchemaCodec(later as never)).toThrow("not one of version 2");
    expect(() => standardSchemaCodec(z.number(), { codec: {} as never })).toThrow("option codec must be a Codec");
    expect(() => standardSchemaCodec(z.number(), { kodec: jsonCodec } as never)).toThrow("has no option kodec");
  });

  it("has the type of the schema's results, which must be values that the schema takes", () => {
    expectTypeOf(standardSchemaCodec(z.object({ a: z.string() }))).toEqualTypeOf<Codec<{ a: string }>>();
    expectTypeOf(standardSchemaCodec(v.object({ a: v.string() }))).toEqualTypeOf<Codec<{ a: string }>>();
    expectTypeOf(standardSchemaCodec(type({ a: "string" }))).toEqualTypeOf<Codec<{ a: string }>>();
    // @ts-expect-error what comes out of it cannot go in again, so a receiver could not validate it
    expect(() => standardSchemaCodec(z.string().transform(Number)).encode(1)).toThrow("value: ");
  });
});
