import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createNode } from "../../../src/library/index.js";
import { FakeClock, MemoryNetwork } from "../../../src/library/testing.js";

/** The time of day at which every life begins, in ms since 1970: later than in other tests of this process. */
const NOW = Date.now() + 4e9;
/** Time that each life has to spread its value, in ms. */
const LIFETIME = 3000;

/** Restarts one member `restarts` times, at once and within one millisecond of the time of day. */
export function restartTests(restarts: number): void {
  // In virtual time many lives fit into one millisecond of the time of day.
  beforeEach(() => void vi.spyOn(Date, "now").mockReturnValue(NOW));
  afterEach(() => void vi.restoreAllMocks());

  describe.each(["default", "eager"] as const)(
    `${restarts} immediate restarts within one millisecond (%s)`,
    (budget) => {
      it.each(["closed", "killed"] as const)("lose no acknowledged value if each life is %s", async (end) => {
        const clock = new FakeClock();
        const network = new MemoryNetwork(clock, () => 20);
        const members = ["a", "b", "c"];
        const begin = async (id: string) => {
          const transport = network.attach(id);
          return { transport, node: await createNode<string>({ id, members, transport, clock, budget }) };
        };
        const witnesses = [await begin("a"), await begin("c")];
        const acknowledged: string[] = [];
        for (let life = 1; life <= restarts; life++) {
          const { node, transport } = await begin("b");
          const value = `of life ${life}`;
          const done = node.broadcast(value).then(() => acknowledged.push(value));
          clock.advance(LIFETIME);
          await done;
          if (end === "closed") await node.close();
          else await transport.close();
        }
        clock.advance(20_000);
        expect(acknowledged).toHaveLength(restarts);
        for (const { node } of witnesses) expect(node.values().sort()).toEqual([...acknowledged].sort());
        for (const { node } of witnesses) await node.close();
      });
    },
  );
}
