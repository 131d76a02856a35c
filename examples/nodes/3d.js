#!/usr/bin/env node
// Has one neighbour, the first node, which has all others: two hops reach everyone.
import { createInterface } from "node:readline";

let me;
const values = new Set();
const lacks = {};

function handle(src, body) {
  const answer = { type: `${body.type}_ok`, in_reply_to: body.msg_id };
  if (body.type === "init") {
    me = body.node_id;
    const [hub, ...others] = body.node_ids;
    for (const neighbour of me === hub ? others : [hub]) lacks[neighbour] = new Set();
  } else if (body.type === "broadcast") learn([body.message], src);
  else if (body.type === "gossip") {
    learn(body.messages, src);
    send(src, { type: "gossip_ok", messages: body.messages });
  } else if (body.type === "gossip_ok") for (const value of body.messages) lacks[src].delete(value);
  else if (body.type === "read") answer.messages = [...values];
  if (body.msg_id !== undefined) send(src, answer);
}

function learn(shown, source) {
  const fresh = shown.filter((value) => !values.has(value));
  for (const value of fresh) values.add(value);
  for (const [neighbour, missing] of Object.entries(lacks)) {
    if (fresh.length === 0 || neighbour === source) continue;
    for (const value of fresh) missing.add(value);
    send(neighbour, { type: "gossip", messages: fresh });
  }
}

function repeat() {
  for (const [neighbour, missing] of Object.entries(lacks))
    if (missing.size > 0) send(neighbour, { type: "gossip", messages: [...missing] });
}

function send(dest, body) {
  console.log(JSON.stringify({ src: me, dest, body }));
}

setInterval(repeat, 1000).unref();
createInterface({ input: process.stdin }).on("line", (line) => {
  const { src, body } = JSON.parse(line);
  handle(src, body);
});
