// One process of many that share a source of data, here a folder: node main.js ID FOLDER
// Reads commands from stdin: `get KEY` prints the value and its origin, `set KEY VALUE` changes it for all processes.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createNode } from "tidecast";
import { natsMembership, natsTransport } from "tidecast/nats";
import { InvalidatedCache } from "./cache.js";

const [id, folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node main.js ID FOLDER, with a NATS server at $NATS_SERVER or 127.0.0.1:4222");
  process.exit(2);
}
const log = { line: (text) => console.error(`${id}: ${text}`) };
const transport = await natsTransport({
  id,
  prefix: "cache-example",
  servers: process.env.NATS_SERVER ?? "127.0.0.1:4222",
  log,
});
const node = await createNode({
  id,
  // Processes come and go without a list of members.
  members: natsMembership(transport, { log }),
  transport,
  // Caches should be correct soon.
  budget: "eager",
  identity: "event",
  // A process that is away for longer must drop its whole cache.
  retain: { maxAge: 10 * 60_000, maxCount: 10_000 },
  log,
});

let loads = 0;
const cache = new InvalidatedCache(node, (key) => {
  loads++;
  return readFile(join(folder, encodeURIComponent(key)), "utf8");
});

console.log(`ready: ${id}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, key, ...words] = line.trim().split(" ");
  const before = loads;
  try {
    if (command === "get" && key) {
      const value = await cache.get(key);
      console.log(`${key} = ${value} (${loads > before ? "loaded" : "cached"})`);
    } else if (command === "set" && key) {
      await writeFile(join(folder, encodeURIComponent(key)), words.join(" "));
      await cache.invalidate(key);
      console.log(`${key} changed`);
    } else console.log("get KEY, or set KEY VALUE");
  } catch (error) {
    console.log(`${line}: ${error.message}`);
  }
}
await node.close();
