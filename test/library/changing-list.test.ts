import { expect, it } from "vitest";
import { LibraryCluster } from "./support/library-cluster.js";

/** Restarts each member in turn with another list, while all of them broadcast. */
async function roll(cluster: LibraryCluster<string>, members: readonly string[], list: readonly string[]) {
  for (const id of members) {
    await cluster.node(id).close();
    cluster.run(500);
    await cluster.startNode(id, list);
    for (const other of members) void cluster.node(other).broadcast(`${other} when ${id} has ${list.length}`);
    cluster.run(2000);
  }
}

it("a fixed list grows and shrinks, one member at a time, under load, and nothing is lost", async () => {
  const cluster = await new LibraryCluster<string>(3, {}, true).start();
  void cluster.node("n1").broadcast("before");
  cluster.run(2000);
  // The new member is last in the list, and starts when all others know it.
  const four = ["n0", "n1", "n2", "n3"];
  await roll(cluster, ["n0", "n1", "n2"], four);
  await cluster.startNode("n3", four);
  void cluster.node("n3").broadcast("of the new member");
  cluster.run(30_000);
  expect(cluster.node("n3").values()).toHaveLength(1 + 9 + 1);
  for (const id of four) expect(cluster.node(id).values().sort()).toEqual(cluster.node("n3").values().sort());
  expect(four.map((id) => cluster.node(id).stats().root)).toEqual(["n0", "n0", "n0", "n0"]);

  // The member that goes is closed first; until the others have the new list, they take it for unreachable.
  await cluster.node("n1").close();
  const three = ["n0", "n2", "n3"];
  await roll(cluster, three, three);
  cluster.run(60_000);
  expect(cluster.node("n0").values()).toHaveLength(11 + 9);
  for (const id of three) {
    expect(cluster.node(id).values().sort()).toEqual(cluster.node("n0").values().sort());
    expect(cluster.node(id).stats().suspects).toEqual([]);
  }
  for (const id of three) await cluster.node(id).close();
});
