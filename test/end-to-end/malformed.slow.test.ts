import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startCluster } from "../support/cluster.js";
import { forged } from "../support/forged-messages.js";
import { mutated, mutation } from "../support/mutations.js";
import { NodeProcess } from "./node-process.js";

const LINES = 20_000;
const BATCH = 5_000;
/** The most memory that the node may take in the end, in kB: it has some thousands of values by then, and Node itself takes 50 MB. */
const MOST_MEMORY = 600_000;

const members = ["n0", "n1", "n2", "n3", "n4"];

/** The messages to n0 in a real cluster, one of each kind and sender, and clients' requests. */
function realMessages(): object[] {
  const cluster = startCluster({
    size: members.length,
    settings: { fanOut: 2, acknowledgementDelay: 500 },
    latency: (_, random) => (random.next() < 0.2 ? undefined : 200 * random.next()),
  });
  cluster.load(10, 10_000);
  cluster.run(150_000);
  const kinds = new Map(
    cluster.sent.map(({ from: src, to: dest, body }) => [`${src} ${body.type}`, { src, dest: dest && "n0", body }]),
  );
  const requests = [
    { type: "broadcast", message: { of: ["a", "client"] } },
    { type: "read" },
    { type: "topology", topology: { n0: ["n1"], n1: ["n0", "n2"] } },
    { type: "init", node_id: "n0", node_ids: members },
  ].map((body) => ({ src: "c7", dest: "n0", body: { ...body, msg_id: 5 } }));
  return [...kinds.values(), ...requests];
}

/** A line with its bytes changed: bits flipped, cut off, a piece repeated, so that keys come twice. */
function damaged(line: string, how: string, at: number): Buffer {
  const bytes = Buffer.from(line);
  const place = at % bytes.length;
  if (how === "flip") bytes[place] = (bytes[place] as number) ^ (1 << ((at >>> 5) % 8));
  if (how === "cut") return bytes.subarray(0, place);
  if (how === "repeat") return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place >> 1)]);
  return bytes;
}

const real = realMessages();
const message = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...real), fc.array(mutation, { maxLength: 3 }))
      .map(([whole, changes]) => mutated(whole, changes)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...members, "n9", "c1", ""), forged)
      .map(([src, body]) => JSON.stringify({ src, dest: "n0", body })),
  },
);
const line = fc
  .tuple(message, fc.constantFrom("none", "none", "flip", "cut", "repeat"), fc.nat())
  .map(([text, how, at]) => Buffer.concat([damaged(text, how, at), Buffer.from("\n")]));

function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

describe("the built node", () => {
  it("survives twenty thousand mutated lines, answers, and keeps every value that it acknowledged", async () => {
    const node = new NodeProcess();
    await node.join(members);
    const acknowledged: string[] = [];
    const seed = Date.now();
    for (let sent = 0; sent < LINES; sent += BATCH) {
      await node.write(Buffer.concat(fc.sample(line, { numRuns: BATCH, seed: seed + sent })));
      const value = `kept ${sent}`;
      const answer = await node.request("broadcast", { message: value });
      expect(answer.body.type, `seed ${seed}`).toBe("broadcast_ok");
      acknowledged.push(value);
    }
    expect(await node.read()).toEqual(expect.arrayContaining(acknowledged));
    expect(memoryOf(node.pid), `memory in kB, seed ${seed}`).toBeLessThan(MOST_MEMORY);
    expect(await node.end()).toEqual({ code: 0, signal: null });
  });
});
