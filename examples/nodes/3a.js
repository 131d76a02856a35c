#!/usr/bin/env node
// Keeps what clients broadcast to it, and sends nothing to other nodes.
import { createInterface } from "node:readline";

let me;
const values = new Set();

function handle(src, body) {
  const answer = { type: `${body.type}_ok`, in_reply_to: body.msg_id };
  if (body.type === "init") me = body.node_id;
  else if (body.type === "broadcast") values.add(body.message);
  else if (body.type === "read") answer.messages = [...values];
  send(src, answer);
}

function send(dest, body) {
  console.log(JSON.stringify({ src: me, dest, body }));
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { src, body } = JSON.parse(line);
  handle(src, body);
});
