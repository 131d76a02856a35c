/**
 * `node --expose-gc --jitless node-heap.js PRESET MEMBERS AUTHORS`: prints the heap that one node needs, in
 * bytes. The other members are played here: some are authors, and each reports that it has every value.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { getHeapCodeStatistics } from "node:v8";
import { createNode } from "../../src/library/index.js";

/** Values of each author. */
const VALUES = 100;
/** Time for acknowledgements, reports and what the node concludes from them, in ms. */
const SETTLE_TIME = 3000;

const [preset, members = 0, authors = 0] = process.argv.slice(2).map((text, index) => (index === 0 ? text : +text)) as [
  "eager" | "frugal",
  number,
  number,
];
const ids = Array.from({ length: members }, (_, index) => `n${index}`);
const authorIds = ids.slice(1, authors + 1);

type Body = Record<string, unknown>;
let receive: (from: string, body: object) => void = () => {};
const answer = (from: string, body: Body) => setImmediate(() => receive(from, { incarnation: 1, ...body }));

const transport = {
  maxMessageBytes: 1_000_000,
  send(to: string, body: object): void {
    const { type, incarnation, base, number } = body as Body;
    if (type === "gossip") answer(to, { type: "gossip_ok", ack: { incarnation, ranges: [[base, number]], held: 0 } });
    else if (type === "probe") answer(to, { type: "probe_ok", of: incarnation, number, held: 0 });
  },
  onMessage(listener: typeof receive): void {
    receive = listener;
  },
  close: async () => {},
};

/** Without byte code, which V8 drops when it is not used for a while. With `--jitless` there is no machine code either. */
function heap(): number {
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics();
  return heapUsed + arrayBuffers - code - bytecode;
}

// V8 keeps a cache of the texts of numbers, which grows once and is no part of a node.
for (let number = 0; number < 100_000; number++) String(number);

const before = heap();
const node = await createNode({ id: "n0", members: ids, transport, budget: preset });
for (const [index, author] of authorIds.entries()) {
  const values = Array.from({ length: VALUES }, (_, number) => index * VALUES + number);
  const dots = [[`${author}@1`, 1, VALUES]];
  receive(author, { type: "gossip", incarnation: 1, number: 1, base: 1, values, dots, ages: [0], direct: true });
}
await sleep(SETTLE_TIME);
const vector = authorIds.map((author) => [`${author}@1`, [[1, VALUES]]]);
for (const member of ids) {
  if (member === "n0") continue;
  if (preset === "eager") receive(member, { type: "holdings", incarnation: 1, vector });
  receive(member, { type: "digest", incarnation: 1, vector, reply: false });
}
await sleep(SETTLE_TIME);
if (node.stats().values !== authors * VALUES) throw new Error(`the node has ${node.stats().values} values`);
console.log(heap() - before);
process.exit();
