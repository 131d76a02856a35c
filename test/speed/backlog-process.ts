/**
 * `node --expose-gc backlog-process.js VALUES RETAINED`: a node broadcasts values of 1 kB as fast as `broadcast` resolves, and one of two other
 * members is slow, in virtual time. Prints as JSON the heap of all three nodes after a collection at each part of the values, in
 * bytes, and the number of values that did not reach a node.
 */
import { ClusterWithSlowMember } from "../library/support/slow-member.js";

const [values = 0, retained = 0] = process.argv.slice(2).map(Number);
const MEMBERS = ["a", "b", "slow"];
/** Length of a value, in characters. */
const SIZE = 1000;
/** Bytes that the slow member takes per ms. */
const RATE = 500;
/** A sweep deletes values once a minute, so the heap rises and falls by a fifth with every 25,000 values. Eight parts fall into that time. */
const PARTS = 320;
const STEP = 500;
/** The values need 40 minutes of virtual time. A run that takes three times as long has stopped, and lacks values. */
const LONGEST = (3 * values * SIZE) / RATE;

const cluster = await new ClusterWithSlowMember(MEMBERS, RATE).start({ retain: { maxCount: retained } });
const delivered = MEMBERS.map(() => 0);
for (const [index, node] of cluster.nodes.entries())
  node.on("delivery", () => {
    delivered[index] = (delivered[index] as number) + 1;
  });
const slow = MEMBERS.length - 1;
void (async () => {
  for (let sent = 0; sent < values; sent++) await cluster.nodes[0]?.broadcast(`${sent} `.padEnd(SIZE, "x"));
})();

const heaps: number[] = [];
while ((delivered[slow] as number) < values && cluster.clock.now() < LONGEST) {
  await cluster.run(STEP);
  if ((delivered[slow] as number) < ((heaps.length + 1) * values) / PARTS) continue;
  globalThis.gc?.();
  heaps.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
}
await cluster.run(10_000);
console.log(JSON.stringify({ heaps, lost: delivered.reduce((sum, count) => sum + values - count, 0) }));
