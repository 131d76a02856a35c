// One process of many that share a source of data, here a folder: node main.js ID FOLDER
// Takes lines on stdin: `get KEY` prints the value and where it came from, `set KEY VALUE` changes it for everyone.
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
  // Processes come and go; nobody has to list them.
  members: natsMembership(transport, { log }),
  transport,
  // Caches are to be right soon.
  budget: "eager",
  identity: "event",
  // Who is away for longer has to forget everything.
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
