import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startCluster } from "../support/cluster.js";
import { forged, member } from "../support/forged-messages.js";

describe("a member gone wrong", () => {
  it.each(["rounds", "eager", "window"] as const)(
    "neither stops the others nor makes them count for ever, whatever it sends (mode %s)",
    (mode) => {
      fc.assert(
        fc.property(fc.array(fc.tuple(member, forged), { minLength: 1, maxLength: 12 }), fc.nat(), (messages, seed) => {
          const cluster = startCluster({ size: 5, settings: { mode, fanOut: 2 }, seed });
          let values = cluster.load(10, 1000);
          for (const [to, body] of messages) {
            // n4 is a leaf, so that nobody depends on it.
            if (to !== "n4") cluster.nodes.get(to)?.receive("n4", body);
            values += cluster.load(5, 300);
          }
          cluster.run(60_000);
          // It may have lied about what it has itself.
          for (const [id, node] of cluster.nodes)
            if (id !== "n4") expect(node.values().filter((value) => value !== "forged")).toHaveLength(values);
          expect(cluster.sent.length).toBeLessThan(20_000);
        }),
        { numRuns: 15 },
      );
    },
  );
});
