import { describe, expect, it } from "vitest";
import { NodeClosed, NotConfirmed } from "../../src/library/index.js";
import { LibraryCluster } from "./support/library-cluster.js";

/** Lets promises that are settled be heard of. */
const turn = async () => {
  for (let step = 0; step < 5; step++) await Promise.resolve();
};

describe("a broadcast that waits for other members", () => {
  it("resolves once the requested number of members have the value", async () => {
    const cluster = await new LibraryCluster(4, { ack: "all" }).start();
    let isResolved = false;
    void cluster
      .node("n1")
      .broadcast("a")
      .then(() => {
        isResolved = true;
      });
    for (const id of ["n0", "n2", "n3"]) expect(cluster.node(id).has("a")).toBe(false);
    await turn();
    expect(isResolved).toBe(false);
    cluster.run(2000);
    await turn();
    expect(isResolved).toBe(true);
    for (const id of ["n0", "n2", "n3"]) expect(cluster.node(id).has("a")).toBe(true);
  });

  it("rejects with the missing members if too few confirm it in time; the value is kept", async () => {
    const cluster = await new LibraryCluster(4, { ack: "all", budget: "default" }).start();
    cluster.cutOff.add("n3");
    const failure = cluster
      .node("n1")
      .broadcast("a")
      .catch((error: unknown) => error);
    cluster.run(3500);
    const error = (await failure) as NotConfirmed;
    expect(error).toBeInstanceOf(NotConfirmed);
    expect(error).toMatchObject({ name: "NotConfirmed", known: 3, needed: 4, missing: ["n3"] });
    expect(error.message).toContain(
      "not confirmed within 3500 ms: 3 of 4 nodes confirmed it, no confirmation came from n3; the value",
    );
    cluster.cutOff.clear();
    cluster.run(30_000);
    expect(cluster.node("n3").has("a")).toBe(true);
  });

  it("may request more, or less, than its node's option, and a longer wait", async () => {
    const cluster = await new LibraryCluster(4, { ack: "all", ackTimeout: 1000 }).start();
    cluster.cutOff.add("n3");
    await cluster.node("n1").broadcast("a", { ack: "local" });
    const three = cluster.node("n1").broadcast("b", { ack: 3 });
    const soon = cluster
      .node("n1")
      .broadcast("c")
      .catch((error: unknown) => error);
    const later = cluster.node("n1").broadcast("d", { ackTimeout: 20_000 });
    cluster.run(1000);
    await three;
    expect(((await soon) as Error).message).toContain("within 1000 ms");
    cluster.cutOff.clear();
    cluster.run(18_000);
    await later;
  });

  it("waits longer than the longest budget", async () => {
    const cluster = await new LibraryCluster(4, { ack: "all", budget: { max: 10_000 } }).start();
    const done = cluster.node("n1").broadcast("a");
    cluster.run(11_500);
    await done;
  });

  it.each([
    [{ ack: 5 }, 'ack must be "all" or at most 4, the number of members, but it is 5'],
    [{ ack: 0 }, `broadcast's option ack must be "local", "all", or a whole number from 1, but it is 0`],
    [{ ack: 1.5 }, "whole number from 1, but it is 1.5"],
    [{ ackTimeout: 0 }, "option ackTimeout must be at least 1 ms, but it is 0"],
  ])("rejects %j", async (options, message) => {
    const cluster = await new LibraryCluster(4).start();
    const error = await cluster
      .node("n1")
      .broadcast("a", options)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toContain(message);
    expect(cluster.node("n1").has("a")).toBe(false);
  });

  it("rejects if the node is closed before", async () => {
    const cluster = await new LibraryCluster(4, { ack: "all" }).start();
    const failure = cluster
      .node("n1")
      .broadcast("a")
      .catch((error: unknown) => error);
    void cluster.node("n1").close();
    expect(await failure).toBeInstanceOf(NodeClosed);
  });

  it("counts each broadcast separately with identity event", async () => {
    const cluster = await new LibraryCluster(4, { ack: "all", identity: "event" }).start();
    const both = Promise.all([cluster.node("n1").broadcast("a"), cluster.node("n1").broadcast("a")]);
    cluster.run(2000);
    await both;
    expect(cluster.node("n3").values()).toEqual(["a", "a"]);
  });
});
