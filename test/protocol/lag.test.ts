import { describe, expect, it } from "vitest";
import type { ProtocolSettings } from "../../src/application/settings/protocol-settings.js";
import { startCluster } from "../support/cluster.js";

describe("the lag of a member", () => {
  /** Four members, of which n3 can be cut off. */
  const cluster = (settings: Partial<ProtocolSettings>) => {
    const cut = { isOff: false };
    const started = startCluster({
      size: 4,
      settings,
      latency: ({ from, to }) => (cut.isOff && (from === "n3" || to === "n3") ? undefined : 100),
    });
    const lagOf = (member: string) => started.nodes.get("n0")?.status().lags.get(member);
    /** Has a value accepted by each of the reachable members in turn, twice a second. */
    const accept = (name: string, count: number) => {
      for (let index = 0; index < count; index++) {
        started.broadcast(`n${index % 3}`, `${name}${index}`);
        started.run(500);
      }
      // Values of other members arrive at n0.
      started.run(3_000);
    };
    return { ...started, cut, lagOf, accept };
  };

  const modes: [string, Partial<ProtocolSettings>][] = [
    ["rounds", {}],
    ["eager", { mode: "eager" }],
    ["window", { mode: "window" }],
  ];
  it.each(modes)("grows while the member is unreachable, and is 0 once it has caught up: %s", (_, settings) => {
    const { run, cut, lagOf, accept, nodes } = cluster(settings);
    accept("before", 6);
    run(20_000);
    expect(lagOf("n3")).toEqual({ values: 0, isLowerBound: false, age: 0 });

    cut.isOff = true;
    run(60_000);
    accept("first", 6);
    // In eager mode values of other members count once n3 is a suspect.
    run(10_000);
    const first = lagOf("n3")?.values as number;
    run(60_000);
    accept("second", 6);
    const { values, isLowerBound, age } = lagOf("n3") ?? {};
    expect([first, values, isLowerBound]).toEqual([6, 12, false]);
    // Since the first of them was accepted.
    expect(age).toBeGreaterThan(82_000 - 1_000);
    expect(age).toBeLessThan(82_000 + 1_000);
    run(20_000);
    expect(lagOf("n1")?.values).toBe(0);
    if (settings.mode !== "window") expect(nodes.get("n0")?.status().suspects).toEqual(["n3"]);

    cut.isOff = false;
    run(60_000);
    expect(lagOf("n3")).toEqual({ values: 0, isLowerBound: false, age: 0 });
    expect(nodes.get("n3")?.values()).toHaveLength(18);
  });

  it("has values in flight, until they are confirmed", () => {
    const { broadcast, run, lagOf } = cluster({ mode: "eager" });
    run(20_000);
    broadcast("n0", "value");
    run(50);
    expect(lagOf("n3")).toEqual({ values: 1, isLowerBound: false, age: 50 });
    run(20_000);
    expect(lagOf("n3")?.values).toBe(0);
  });

  it("is unknown for members that confirm nothing to this node", () => {
    const { nodes, run } = cluster({ fanOut: 1 });
    run(1_000);
    expect([...(nodes.get("n0")?.status().lags.keys() ?? [])]).toEqual(["n1"]);
  });
});
