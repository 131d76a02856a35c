import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { addressOf } from "../../../src/adapters/memory-network/memory-member-channels.js";
import { Suspicions } from "../../../src/application/membership/suspicions.js";
import { MemberCluster } from "../../support/member-cluster.js";

describe("A suspect", () => {
  /** How long it has to refute if the member that suspects it gives it this time, in ms. */
  function timeOf(within?: number): number {
    const clock = new FakeClock();
    const expired: string[] = [];
    const suspicions = new Suspicions(clock, ({ id }) => expired.push(id));
    const record = { id: "x", address: "x:1", joined: 1, version: 0, state: "suspect" } as const;
    suspicions.changed({ ...record, ...(within !== undefined && { within }) });
    clock.step();
    expect(expired).toEqual(["x"]);
    return clock.now();
  }

  it("has 10 s to refute, or what the member sets that suspects it", () => {
    expect([timeOf(), timeOf(2_000)]).toEqual([10_000, 2_000]);
  });

  it("has at least half a second and at most a minute", () => {
    expect([timeOf(499), timeOf(60_001)]).toEqual([500, 60_000]);
  });

  it("has 5 s if others have lost it, and this node has noticed nothing itself", async () => {
    const cluster = await MemberCluster.of(3);
    const details = () => cluster.nodes.get("n0")?.membership.details() ?? [];
    const joined = details().find(({ id }) => id === "n2")?.joined;
    cluster.die("n2", true);
    const channel = cluster.channels.attach("n1");
    channel.locate("n0", addressOf("n0"));
    const record = { id: "n2", address: addressOf("n2"), joined, version: 0, state: "lost" };
    channel.send("n0", { type: "members", records: [record] });
    await cluster.run(4_950);
    expect(details().find(({ id }) => id === "n2")?.isSuspect).toBe(true);
    await cluster.run(100);
    expect(details().map(({ id }) => id)).toEqual(["n0", "n1"]);
  });
});
