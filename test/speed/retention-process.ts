/**
 * `node --expose-gc retention-process.js VALUES RETAINED`: three nodes with `retain` take a long burst of values, in virtual time,
 * because a node keeps every value for some minutes. Prints as JSON the heap after a collection at each part of the burst, in
 * bytes, and the number of values that did not reach a node.
 */
import { createNode } from "../../src/library/index.js";
import { FakeClock, MemoryNetwork, SeededRandom } from "../../src/library/testing.js";

const [values = 0, retained = 0] = process.argv.slice(2).map(Number);
const MEMBERS = ["a", "b", "c"];
const LATENCY = 1;
/** Length of the burst in ms of virtual time, a multiple of the time for which every value is kept. */
const LENGTH = 30 * 60_000;
const PARTS = 40;
const STEP = 10;
const SETTLE_TIME = 10_000;

const clock = new FakeClock();
const network = new MemoryNetwork(clock, () => LATENCY);
const delivered = new Map(MEMBERS.map((id) => [id, 0]));
const nodes = await Promise.all(
  MEMBERS.map(async (id, index) => {
    const node = await createNode({
      id,
      members: MEMBERS,
      transport: network.attach(id),
      clock,
      random: new SeededRandom(index),
      budget: "eager",
      identity: "event",
      retain: { maxCount: retained },
    });
    node.on("delivery", () => delivered.set(id, (delivered.get(id) ?? 0) + 1));
    return node;
  }),
);

const heaps: number[] = [];
let sent = 0;
for (let time = 0; time < LENGTH; time += STEP) {
  const due = Math.round((values * (time + STEP)) / LENGTH);
  for (; sent < due; sent++) void nodes[sent % nodes.length]?.broadcast(`${sent}`.padEnd(50, "x"));
  clock.advance(STEP);
  if ((time + STEP) % (LENGTH / PARTS) !== 0) continue;
  // The promises of the broadcasts are settled by now.
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  heaps.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
}
clock.advance(SETTLE_TIME);
const lost = [...delivered.values()].reduce((sum, count) => sum + values - count, 0);
console.log(JSON.stringify({ heaps, lost }));
