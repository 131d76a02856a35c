import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryAnnouncements } from "../../../src/adapters/memory-network/memory-announcements.js";
import { HeartbeatMembership } from "../../../src/application/membership/heartbeat-membership.js";

const pace = { interval: 1000, timeout: 5000 };

interface Node {
  readonly membership: HeartbeatMembership;
  /** The members that the node sees; none before it has joined. */
  members: readonly string[];
  /** Every root that it has seen. */
  readonly roots: (string | undefined)[];
  readonly lines: string[];
}

/** Nodes that find one another. `isCut` says whose announcements do not get through, to or from it. */
function town(loses: (from: string, to: string) => boolean = () => false) {
  const clock = new FakeClock();
  const announcements = new MemoryAnnouncements(clock, (from, to) => (loses(from, to) ? undefined : 20));
  const come = (id: string, clockOffset = 0): Node => {
    const lines: string[] = [];
    const membership = new HeartbeatMembership(
      id,
      {
        channel: announcements.attach(id),
        clock,
        timeOfDay: () => 1_700_000_000_000 + clock.now() + clockOffset,
        log: { line: (text) => lines.push(text) },
      },
      pace,
    );
    const node: Node = { membership, members: [], roots: [], lines };
    const see = (members: readonly string[]) => {
      node.members = members;
      node.roots.push(members[0]);
    };
    void membership.join(see).then(see);
    return node;
  };
  /** Lets time pass, and pending promises continue. */
  const run = async (duration: number) => {
    for (let passed = 0; passed < duration; passed += 100) {
      clock.advance(Math.min(100, duration - passed));
      await Promise.resolve();
    }
  };
  return { clock, announcements, come, run };
}

describe("members that find each other", () => {
  it("agree on the order in which they came, whatever their clocks show", async () => {
    const { come, run } = town();
    const first = come("c");
    await run(2000);
    const second = come("a", -3_600_000);
    await run(2000);
    const third = come("b", 3_600_000);
    await run(2000);
    const fourth = come("d");
    await run(2000);
    for (const { members } of [first, second, third, fourth]) expect(members).toEqual(["c", "a", "b", "d"]);
    for (const { roots } of [first, second, third, fourth]) expect(new Set(roots)).toEqual(new Set(["c"]));
  });

  it("agree even if all come at once", async () => {
    const { come, run } = town();
    const nodes = ["n2", "n0", "n1"].map((id) => come(id));
    await run(3000);
    for (const { members } of nodes) expect(members).toEqual(["n0", "n1", "n2"]);
  });

  it("notice a goodbye at once, and silence after the timeout", async () => {
    let dead: string | undefined;
    const { come, run } = town((from) => from === dead);
    const [a, b, c] = [come("a"), come("b"), come("c")];
    await run(3000);
    await b.membership.leave();
    await run(100);
    expect(a.members).toEqual(["a", "c"]);
    dead = "c";
    await run(pace.timeout - pace.interval);
    expect(a.members).toEqual(["a", "c"]);
    await run(2 * pace.interval);
    expect(a.members).toEqual(["a"]);
    expect(a.lines.slice(-2)).toEqual([
      "b left; the cluster has 2 members",
      "c sent nothing for 5000 ms and counts as gone; the cluster has 1 member",
    ]);
    expect(c.members).toEqual(["a", "c"]);
  });

  it("are named together if they fall silent together", async () => {
    const dead = new Set<string>();
    const { come, run } = town((from) => dead.has(from));
    const [a] = [come("a"), come("b"), come("c")];
    await run(3000);
    dead.add("b").add("c");
    await run(pace.timeout + pace.interval);
    expect(a.lines.at(-1)).toBe("b, c sent nothing for 5000 ms and count as gone; the cluster has 1 member");
  });

  it("keep every running member while a fifth of the heartbeats get lost", async () => {
    let sent = 0;
    const { come, run } = town(() => ++sent % 5 === 0);
    const nodes = ["a", "b", "c", "d"].map((id) => come(id));
    await run(3000);
    for (const node of nodes) node.roots.length = 0;
    await run(120_000);
    for (const { members, roots } of nodes) expect([members, roots]).toEqual([["a", "b", "c", "d"], []]);
  });

  it("count no member as gone while they do not hear themselves: then they are cut off", async () => {
    let isAway = false;
    const { come, run } = town(() => isAway);
    const nodes = ["a", "b"].map((id) => come(id));
    await run(3000);
    isAway = true;
    await run(60_000);
    for (const { members } of nodes) expect(members).toEqual(["a", "b"]);
    isAway = false;
    await run(10_000);
    for (const { members } of nodes) expect(members).toEqual(["a", "b"]);
  });

  it("learn of each life of their own: a restarted member comes last", async () => {
    let dead = "";
    const { come, run } = town((from, to) => from === dead || to === dead);
    const [a, b] = [come("a"), come("b")];
    await run(3000);
    dead = "a";
    await a.membership.leave();
    dead = "";
    expect(b.members).toEqual(["a", "b"]);
    const again = come("a");
    await run(3000);
    expect(b.members).toEqual(["b", "a"]);
    expect(again.members).toEqual(["b", "a"]);
  });

  it("report two processes with the same id", async () => {
    const { come, run } = town();
    const one = come("a");
    await run(2000);
    const other = come("a");
    await run(3000);
    for (const { lines } of [one, other]) expect(lines.join()).toContain("another process uses the id a");
  });

  it("report each such process once, not with every heartbeat", async () => {
    const { come, run } = town();
    const one = come("a");
    await run(2000);
    const other = come("a");
    await run(60_000);
    for (const { lines } of [one, other])
      expect(lines.filter((line) => line.includes("another process"))).toHaveLength(1);
  });

  it("do not take a late heartbeat of their own earlier life for another process", async () => {
    const { clock, announcements, come, run } = town();
    const [, b] = [come("a"), come("b")];
    await run(3000);
    await b.membership.leave();
    const again = come("b");
    clock.schedule(1510, () => announcements.attach("b").announce({ type: "here", joined: 1_700_000_001_500 }));
    await run(10_000);
    expect(again.lines.join()).not.toContain("another process");
  });

  it.each(["leaves", "dies"])(
    "stay members when a second process with their id was there briefly and %s",
    async (how) => {
      const { come, run, announcements, clock } = town();
      const [a, b, c] = [come("a"), come("b"), come("c")];
      await run(3000);
      // Like another process: it does not receive the first one's messages.
      const joined = 1_700_000_000_000 + clock.now();
      const rival = announcements.attach("b");
      for (let beat = 0; beat < 4; beat++) {
        rival.announce({ type: "here", joined });
        await run(1000);
      }
      if (how === "leaves") rival.announce({ type: "goodbye", joined });
      for (const node of [a, b, c]) node.roots.length = 0;
      await run(20_000);
      for (const node of [a, b, c]) expect(node.members).toEqual(["a", "c", "b"]);
      expect(b.lines.join()).toContain("another process uses the id b");
    },
  );

  it("are members at once when they come back with a clock that was set back", async () => {
    const { come, run } = town();
    const [a, b] = [come("a"), come("b")];
    await run(3000);
    await b.membership.leave();
    await run(500);
    const again = come("b", -3_600_000);
    await run(3000);
    for (const node of [a, again]) expect(node.members).toEqual(["a", "b"]);
  });

  it("do not return because of a heartbeat that comes after their goodbye", async () => {
    const { announcements, come, run } = town();
    const [a, b] = [come("a"), come("b")];
    await run(3000);
    const late = announcements.attach("b");
    await a.membership.leave();
    await b.membership.leave();
    const c = come("c");
    const d = come("d");
    await run(3000);
    for (const node of [c, d]) node.roots.length = 0;
    late.announce({ type: "goodbye", joined: 1_700_000_001_500 });
    late.announce({ type: "here", joined: 1_700_000_001_500 });
    await run(60_000);
    for (const { members, roots } of [c, d]) expect([members, roots]).toEqual([["c", "d"], []]);
  });

  it("need room for a lost heartbeat: a timeout below two intervals is rejected", () => {
    const { clock } = town();
    const channel = new MemoryAnnouncements(clock, () => 0).attach("a");
    const ports = { channel, clock, timeOfDay: () => 1, log: { line: () => {} } };
    expect(() => new HeartbeatMembership("a", ports, { interval: 1000, timeout: 1500 })).toThrow(/1500 ms/);
  });

  it("agree soon after any arrivals and departures, and see another root only if theirs has left", async () => {
    const steps = fc.array(
      fc.record({
        id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
        act: fc.constantFrom("come", "leave", "die"),
        pause: fc.integer({ min: 100, max: 8000 }),
        clockOffset: fc.integer({ min: -1e9, max: 1e9 }),
      }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const alive = new Map<string, Node>();
        const silenced = new Set<string>();
        const { come, run } = town((from) => silenced.has(from));
        const rootOf = new Map<Node, Node | undefined>();
        const watch = async (duration: number) => {
          for (let passed = 0; passed < duration; passed += 100) {
            await run(100);
            for (const node of alive.values()) {
              const [before, now] = [rootOf.get(node), alive.get(node.members[0] as string)];
              if (before !== undefined && before !== now) expect([...alive.values()]).not.toContain(before);
              rootOf.set(node, now);
            }
          }
        };
        for (const { id, act, pause, clockOffset } of plan) {
          const node = alive.get(id);
          if (act === "come" && node === undefined && !silenced.has(id)) {
            alive.set(id, come(id, clockOffset));
          } else if (act !== "come" && node !== undefined) {
            alive.delete(id);
            if (act === "die") silenced.add(id);
            await node.membership.leave();
          }
          await watch(pause);
        }
        await watch(pace.timeout + 3 * pace.interval);
        const views = [...alive.values()].map(({ members }) => members);
        for (const members of views) {
          expect([...members].sort()).toEqual([...alive.keys()].sort());
          expect(members).toEqual(views[0]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
