// One of several processes that share a set: node main.js ID a=127.0.0.1:7001 b=127.0.0.1:7002 c=127.0.0.1:7003
// Adds each line of stdin to the set, and prints every new value of any process. `?` prints the whole set.
import { createInterface } from "node:readline";
import { createNode } from "tidecast";
import { tcpTransport } from "tidecast/tcp";

const [id, ...addresses] = process.argv.slice(2);
if (addresses.length === 0) {
  console.error("usage: node main.js ID ID=HOST:PORT...");
  process.exit(2);
}
const log = { line: (text) => console.error(`${id}: ${text}`) };
const node = await createNode({
  id,
  members: addresses.map((address) => address.split("=")[0]),
  transport: await tcpTransport({ id, members: addresses, log }),
  // Half of the values reach every process within 400 ms, all of them within 800 ms.
  budget: { median: 400, max: 800 },
  log,
});
node.on("delivery", ({ value, member }) => console.log(`+ ${value} (${member})`));

console.log(`ready: ${id}`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "?") console.log(`= ${node.values().sort().join(" ")}`);
  else await node.broadcast(line);
}
// The input has ended: sends pending values, then the process exits.
await node.close();
