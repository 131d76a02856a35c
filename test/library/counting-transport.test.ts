import { expect, it } from "vitest";
import { CountingTransport } from "../../src/library/node/counting-transport.js";
import { wireTypes } from "../support/message-types.js";

it("counts the bytes of JSON of every message, also of those that share their values", () => {
  const carried: object[] = [];
  const counting = new CountingTransport({
    maxMessageBytes: 2 ** 20,
    send: (_to, body) => void carried.push(body),
    onMessage: () => {},
    close: async () => {},
  });
  const values = ["a", "bä", { c: [1] }, null, 5];
  const bodies = [
    { type: "gossip", values, number: 1 },
    { type: "gossip", values, number: 22, direct: true },
    { type: "gossip", values: ["other", 1, 2, 3], number: 3 },
    { type: "gossip", values: [], number: 4 },
    { type: "gossip", values, number: 5 },
    { type: "gossip_ok" },
  ];
  for (const body of bodies) counting.send("b", body);
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
  expect(counting).toMatchObject({ sentMessages: bodies.length, sentBytes: bytes });
  expect(carried).toEqual(bodies);
});

it("counts each type on the wire by its name, and all others together", () => {
  const counting = new CountingTransport({
    maxMessageBytes: 2 ** 20,
    send: () => {},
    onMessage: () => {},
    close: async () => {},
  });
  for (const type of [...wireTypes, "odd", "constructor"]) counting.send("b", { type });
  expect(Object.fromEntries(counting.sent)).toEqual({
    ...Object.fromEntries(wireTypes.map((type) => [type, 1])),
    other: 2,
  });
});
