import { describe, expect, it } from "vitest";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { soloMember } from "../support/stubs.js";

describe("Batcher sends a query", () => {
  const query = (...ranges: DotRange[]) => ({ count: 2, within: 50, vector: VersionVector.of(ranges).toWire() });

  it("in one message with the values, if it fits", () => {
    const { batcher, log, gossipTo } = soloMember();
    for (const value of ["a", "b"]) log.accept(value, 0);
    batcher.sendQuery("n1", query(["n0@1", 1, 2]), [["n0@1", 1, 2]]);
    batcher.sendQuery("n1", query(["n0@1", 1, 1]), []);
    expect(gossipTo("n1").map(({ values, confirm }) => [values, confirm])).toEqual([
      [["a", "b"], query(["n0@1", 1, 2])],
      [[], query(["n0@1", 1, 1])],
    ]);
    batcher.sendQuery("n1", query(["n0@1", 1, 2]), [["n0@1", 2, 1]]);
    expect(gossipTo("n1").slice(2)).toMatchObject([{ values: ["b"], confirm: query(["n0@1", 1, 2]) }]);
    // The member's schedule stays as it is: the values leave again with their batch.
    batcher.flush("n1");
    expect(gossipTo("n1").at(-1)?.values).toEqual(["a", "b"]);
  });

  it("with all of its values, even if the query would fit into one message and they do not", () => {
    const { batcher, log, gossipTo } = soloMember(1_400);
    const count = 20;
    for (let number = 1; number <= count; number++) log.accept(`${number}`.padEnd(100, "."), 0);
    batcher.sendQuery("n1", query(["n0@1", 1, count]), [["n0@1", 1, count]]);
    expect(gossipTo("n1").flatMap(({ values }) => values)).toHaveLength(count);
  });

  it("apart from its values if it does not fit beside them", () => {
    const { batcher, log, gossipTo, transport } = soloMember(1_400);
    log.accept("a", 0);
    const others = Array.from({ length: 100 }, (_, index): DotRange => ["n1@1", 1 + 2 * index, 1]);
    batcher.sendQuery("n1", query(["n0@1", 1, 1], ...others), [["n0@1", 1, 1]]);
    expect(gossipTo("n1")[0]).toMatchObject({ values: ["a"], confirm: query(["n0@1", 1, 1]) });
    for (const { body } of transport.sent) expect(JSON.stringify(body).length).toBeLessThanOrEqual(1_400);
  });

  it("in several messages otherwise, each about its own values, and the rest about none of them", () => {
    const { batcher, log, gossipTo, transport } = soloMember(1_400);
    const count = 20;
    for (let number = 1; number <= count; number++) log.accept(`${number}`.padEnd(100, "."), 0);
    const dots: DotRange = ["n0@1", 1, count];
    const others = Array.from({ length: 200 }, (_, index): DotRange => ["n1@1", 1 + 2 * index, 1]);
    batcher.sendQuery("n1", query(dots, ...others), [dots]);
    const messages = gossipTo("n1");
    expect(messages.length).toBeGreaterThan(3);
    const asked = new VersionVector();
    for (const { dots: own, confirm } of messages) {
      const about = VersionVector.fromWire(confirm?.vector ?? []);
      if (own.length > 0) expect([...about.ranges()]).toEqual(own);
      expect(confirm).toMatchObject({ count: 2, within: 50 });
      asked.merge(about);
    }
    expect([...asked.ranges()]).toEqual([dots, ...others]);
    expect(messages.flatMap(({ values }) => values)).toHaveLength(count);
    for (const { body } of transport.sent) expect(JSON.stringify(body).length).toBeLessThanOrEqual(1_400);
  });
});
