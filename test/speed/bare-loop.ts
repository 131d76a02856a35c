/**
 * The least that a node of Maelstrom's protocol does: reads a line, parses it, stores the value in a set and answers. It has no
 * peers and no protocol, and its rate is the baseline for accepting broadcasts.
 */
import { createInterface } from "node:readline";

const values = new Set<unknown>();

for await (const line of createInterface({ input: process.stdin })) {
  const { src, dest, body } = JSON.parse(line);
  if (body.type === "broadcast") values.add(body.message);
  const answer = { type: `${body.type}_ok`, in_reply_to: body.msg_id };
  process.stdout.write(`${JSON.stringify({ src: dest, dest: src, body: answer })}\n`);
}
