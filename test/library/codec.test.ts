import { describe, expect, it } from "vitest";
import { richCodec } from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

describe("the rich codec", () => {
  it.each<[string, unknown]>([
    ["a date", new Date(1)],
    ["a map of maps", new Map([["a", new Map([[1, 2n]])]])],
    ["a set", new Set([1, "1", undefined])],
    ["bytes", new Uint8Array([0, 255, 7])],
    ["a large number", 2n ** 200n],
    ["nothing", undefined],
    ["numbers that JSON lacks", [Number.NaN, Number.POSITIVE_INFINITY, -0]],
    ["a regular expression", /a+/gi],
    ["plain JSON", { a: [1, "x", null, true, { __proto__x: {} }] }],
  ])("carries %s", async (_, value) => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: richCodec }).start();
    void cluster.node("n0").broadcast(value);
    cluster.run(1000);
    expect(cluster.node("n1").values()).toEqual([value]);
    expect(cluster.toldTo("n1").deliveries[0]?.value).toEqual(value);
    expect(cluster.node("n1").has(value)).toBe(true);
  });

  it("carries an object that contains itself", async () => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: richCodec }).start();
    const list: unknown[] = [1];
    list.push(list);
    void cluster.node("n0").broadcast(list);
    cluster.run(1000);
    const [arrived] = cluster.node("n1").values() as unknown[][];
    expect(arrived?.[1]).toBe(arrived);
  });

  it("refuses what it cannot carry, and nothing of it stays", async () => {
    const cluster = await new LibraryCluster<unknown>(2, { codec: richCodec }).start();
    await expect(cluster.node("n0").broadcast({ act: () => {} })).rejects.toThrow(/function/);
    expect(cluster.node("n0").values()).toEqual([]);
  });
});

describe("a codec of one's own", () => {
  it("that cannot read what came costs the delivery alone, and the log says so", async () => {
    const codec = {
      encode: (value: number) => value,
      decode: (json: unknown) => {
        if (json === 13) throw new Error("unlucky");
        return Number(json);
      },
    };
    const cluster = await new LibraryCluster<number>(2, { codec }).start();
    for (const value of [12, 13, 14]) void cluster.node("n0").broadcast(value);
    cluster.run(1000);
    const { deliveries, lines } = cluster.toldTo("n1");
    expect(deliveries.map(({ value }) => value).sort()).toEqual([12, 14]);
    expect(lines).toEqual([expect.stringMatching(/^number 2 of n0@\d+ was not delivered: .* Error: unlucky$/)]);
  });
});
