// Three members on one machine, over UDP that loses one datagram in ten: node main.js [PORT PORT PORT]
import { createNode } from "tidecast";
import { udpTransport } from "./udp-transport.js";

const VALUES = 30;
const [a = 7401, b = 7402, c = 7403] = process.argv.slice(2);
const members = { a: `127.0.0.1:${a}`, b: `127.0.0.1:${b}`, c: `127.0.0.1:${c}` };
let sent = 0;
let lost = 0;

/** A transport that loses every tenth message. */
function lossy(transport) {
  return {
    ...transport,
    send(to, body) {
      if (++sent % 10 === 0) lost++;
      else transport.send(to, body);
    },
  };
}

async function start(id) {
  const log = { line: (text) => console.error(`${id}: ${text}`) };
  const transport = lossy(await udpTransport({ id, members, log }));
  return createNode({ id, members: Object.keys(members), transport, budget: { median: 200, max: 400 }, log });
}

const nodes = await Promise.all(Object.keys(members).map(start));
const complete = nodes.map(async (node) => {
  const seen = new Set();
  for await (const { value } of node.deliveries({ past: true })) {
    seen.add(value);
    if (seen.size === VALUES) return;
  }
});
for (let number = 1; number <= VALUES; number++) {
  await nodes[number % nodes.length].broadcast(`value ${number}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await Promise.all(complete);
console.log(`all ${nodes.length} members have all ${VALUES} values, though messages were lost: ${lost > 0}`);
for (const node of nodes) await node.close();
