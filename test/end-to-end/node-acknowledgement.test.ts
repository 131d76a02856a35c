import { expect, it } from "vitest";
import { type Message, NodeProcess } from "./node-process.js";

/** The node's first gossip to n1 that carries the value, once it has left. */
async function gossipWith(node: NodeProcess, value: string): Promise<Message> {
  for (;;) {
    const found = node.messages.find(
      ({ dest, body }) => dest === "n1" && Array.isArray(body.values) && body.values.includes(value),
    );
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it("a node that waits for another one acknowledges when that has the value, and answers error 0 otherwise", async () => {
  const node = new NodeProcess(["--preset", "eager", "--ack", "2"]);
  await node.join(["n0", "n1"]);
  const lost = node.request("broadcast", { message: "lost" }, "c1");
  // Values that come at the same moment would share a message, and be confirmed together.
  await gossipWith(node, "lost");
  const confirmed = node.request("broadcast", { message: "confirmed" }, "c2");
  const { body } = await gossipWith(node, "confirmed");
  expect(body.confirm).toMatchObject({ count: 1 });
  expect(node.messages.filter(({ body: { type } }) => type === "broadcast_ok")).toEqual([]);
  const { vector } = body.confirm as { vector: unknown };
  const answer = {
    type: "gossip_ok",
    incarnation: 1,
    ack: { incarnation: body.incarnation, ranges: [[body.number, body.number]], held: 0 },
    confirmed: [{ by: ["n1"], vector }],
  };
  await node.write(`${JSON.stringify({ src: "n1", dest: "n0", body: answer })}\n`);
  expect((await confirmed).body.type).toBe("broadcast_ok");
  expect((await lost).body).toMatchObject({ type: "error", code: 0, text: expect.stringContaining("1 of 2 nodes") });
  expect(await node.read()).toEqual(["lost", "confirmed"]);
  await node.end();
});
