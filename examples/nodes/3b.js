#!/usr/bin/env node
// Sends every new value to its neighbours, once.
import { createInterface } from "node:readline";

let me;
let neighbours = [];
const values = new Set();

function handle(src, body) {
  const answer = { type: `${body.type}_ok`, in_reply_to: body.msg_id };
  if (body.type === "init") me = body.node_id;
  else if (body.type === "topology") neighbours = body.topology[me];
  else if (body.type === "broadcast" || body.type === "gossip") learn(body.message, src);
  else if (body.type === "read") answer.messages = [...values];
  if (body.msg_id !== undefined) send(src, answer);
}

function learn(value, source) {
  if (values.has(value)) return;
  values.add(value);
  for (const neighbour of neighbours) if (neighbour !== source) send(neighbour, { type: "gossip", message: value });
}

function send(dest, body) {
  console.log(JSON.stringify({ src: me, dest, body }));
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { src, body } = JSON.parse(line);
  handle(src, body);
});
