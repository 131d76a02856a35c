import { expect, it } from "vitest";
import { createNode, HeartbeatMembership, type TidecastNode } from "../../src/library/index.js";
import { FakeClock, MemoryAnnouncements, MemoryNetwork } from "../../src/library/testing.js";

const pace = { interval: 1000, timeout: 5000 };

/** Nodes of a library that find one another, on one fake clock. */
function neighbourhood() {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock, () => 20);
  const announcements = new MemoryAnnouncements(clock, () => 20);
  const run = async (duration: number) => {
    for (let passed = 0; passed < duration; passed += 50) {
      clock.advance(50);
      await Promise.resolve();
    }
  };
  const come = async (id: string) => {
    const log = { line: () => {} };
    const channel = announcements.attach(id);
    const timeOfDay = () => 1_700_000_000_000 + clock.now();
    const members = new HeartbeatMembership(id, { channel, clock, timeOfDay, log }, pace);
    let node: TidecastNode<string> | undefined;
    void createNode<string>({ id, members, transport: network.attach(id), clock, budget: "eager" }).then((started) => {
      node = started;
    });
    for (let waited = 0; node === undefined && waited < 10_000; waited += 50) await run(50);
    return node as TidecastNode<string>;
  };
  return { come, run };
}

it("nodes that find each other need no list: a new member gets all values, a departed one is not missed, and the root stays", async () => {
  const { come, run } = neighbourhood();
  const z = await come("z");
  await z.broadcast("from before");
  const a = await come("a");
  await run(5000);
  expect(a.values()).toEqual(["from before"]);
  expect([z.stats().root, a.stats().root]).toEqual(["z", "z"]);
  const m = await come("m");
  await z.broadcast("last words of the root");
  await z.close();
  await run(1000);
  expect([a.stats().root, m.stats().root]).toEqual(["a", "a"]);
  await m.broadcast("from after");
  await run(5000);
  const all = ["from after", "from before", "last words of the root"];
  for (const node of [a, m]) expect(node.values().sort()).toEqual(all);
  for (const node of [a, m]) expect(node.stats().backlog).toEqual({ [node === a ? "m" : "a"]: 0 });
});

it("a broadcast that asks for more members than there are waits for others to join, and says how many there are", async () => {
  const { come, run } = neighbourhood();
  const [a, b] = [await come("a"), await come("b")];
  const early = a.broadcast("for three", { ack: 3, ackTimeout: 10_000 });
  const failure = a.broadcast("for seven", { ack: 7 }).catch((error: unknown) => error);
  await run(3500);
  expect(b.values()).toHaveLength(2);
  expect(await failure).toMatchObject({
    ...{ code: "TIDECAST_NOT_CONFIRMED", known: 2, needed: 7, missing: [] },
    message:
      "not confirmed within 3500 ms: 2 of 7 nodes confirmed it, the cluster has only 2 members at present; the value is kept and still spreads to all nodes",
  });
  await come("c");
  await run(3500);
  await early;
});

it("a member that becomes known while a node is about to start is not forgotten", async () => {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock, () => 20);
  const members = {
    join: (onChange: (now: readonly string[]) => void) => {
      const joined = Promise.resolve(["a"]);
      onChange(["a", "b"]);
      return joined;
    },
    leave: async () => {},
  };
  const a = await createNode<string>({ id: "a", members, transport: network.attach("a"), clock, budget: "eager" });
  expect(a.stats().backlog).toEqual({ b: 0 });
  const b = await createNode<string>({
    id: "b",
    members: ["a", "b"],
    transport: network.attach("b"),
    clock,
    budget: "eager",
  });
  await a.broadcast("for both");
  clock.advance(1000);
  expect(b.values()).toEqual(["for both"]);
});
