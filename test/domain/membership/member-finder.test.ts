import { describe, expect, it } from "vitest";
import { addressOf } from "../../../src/adapters/memory-network/memory-member-channels.js";
import { MemoryBook } from "../../support/member-cluster.js";
import { dead, finder, LATENCY } from "./support/finding.js";

describe("a node that looks for its cluster", () => {
  it("asks a node at a seed for its records, and has joined once a member has sent them", () => {
    const { clock, channels, finder: found, join, joined, asked, located } = finder({ seeds: [addressOf("a")] });
    channels.attach("a");
    join();
    clock.advance(2 * LATENCY - 1);
    expect(asked).toEqual([]);
    clock.advance(1);
    expect([asked, located, joined()]).toEqual([["a"], [["a", addressOf("a")]], 0]);
    found.answered("a", true);
    found.answered("a", true);
    // A node that looks for the cluster itself answers late.
    found.answered("b", false);
    expect(joined()).toBe(1);
    clock.advance(60_000);
    expect([asked, joined()]).toEqual([["a"], 1]);
  });

  it.each([
    ["it has no seeds", []],
    ["its own address is the only seed", [addressOf("n0")]],
  ])("founds a cluster at once if %s", (_, seeds) => {
    const { clock, join, joined, taken } = finder({ seeds });
    join();
    clock.advance(0);
    expect([joined(), taken(), clock.nextDue()]).toEqual([1, [], undefined]);
  });

  it("founds a cluster at once if another address leads to itself as well", () => {
    const { clock, channels, join, joined, taken, located } = finder({ seeds: ["alias:1"] });
    channels.attach("n0", "alias:1");
    join();
    clock.advance(2 * LATENCY);
    expect([joined(), taken(), located]).toEqual([1, ["alias:1"], []]);
  });

  it("tries again after a pause if nobody answers, and founds a cluster in the end", () => {
    const { clock, join, joined, taken } = finder({ seeds: dead(1) });
    join();
    clock.advance(500 - 1);
    expect(taken()).toEqual(dead(1));
    clock.advance(1);
    expect(taken()).toEqual(dead(1));
    clock.advance(2_000 - 500 - 1);
    expect(joined()).toBe(0);
    clock.advance(1);
    expect(joined()).toBe(1);
    taken();
    clock.advance(60_000);
    expect([taken(), joined()]).toEqual([[], 1]);
  });

  it("tries a name again that has no addresses yet", () => {
    const { clock, channels, join, joined, asked } = finder({ seeds: ["cluster:1"] });
    channels.names.set("cluster:1", []);
    join();
    clock.advance(500 - 1);
    expect(joined()).toBe(0);
    channels.names.set("cluster:1", [addressOf("a")]);
    channels.attach("a");
    clock.advance(1 + 2 * LATENCY);
    expect(asked).toEqual(["a"]);
  });

  it("tries three addresses at a time, each once", () => {
    const ids = ["a", "b", "c", "d"];
    const { clock, channels, join, taken } = finder({ seeds: [...ids, "d", "n0"].map((id) => addressOf(id)) });
    for (const id of ids) channels.attach(id);
    join();
    clock.advance(2 * LATENCY - 1);
    expect(taken().sort()).toEqual(["a", "b", "c"].map((id) => addressOf(id)));
    clock.advance(2_000 - 2 * LATENCY);
    expect(taken()).toEqual([addressOf("d")]);
  });

  it("asks the next node if one does not send its records in time", () => {
    const seeds = ["a", "b", "c", "d"].map((id) => addressOf(id));
    const { clock, channels, join, asked } = finder({ seeds });
    for (const id of ["a", "b", "c", "d"]) channels.attach(id);
    join();
    clock.advance(2 * LATENCY + 1_000 - 1);
    expect(asked).toHaveLength(3);
    clock.advance(1 + 2 * LATENCY);
    expect([...asked].sort()).toEqual(["a", "b", "c", "d"]);
  });

  it("asks the next node at once if one looks for the cluster itself, and asks that one again later", () => {
    const seeds = ["a", "b", "c", "d"].map((id) => addressOf(id));
    const { clock, channels, finder: found, join, joined, asked } = finder({ seeds });
    for (const id of ["a", "b", "c", "d"]) channels.attach(id);
    join();
    clock.advance(2 * LATENCY);
    found.answered("unknown", false);
    for (const id of [...asked]) found.answered(id, false);
    clock.advance(2 * LATENCY);
    expect([...asked].sort()).toEqual(["a", "b", "c", "d"]);
    found.answered(asked.at(-1) as string, false);
    expect(joined()).toBe(0);
    clock.advance(500 + 2 * LATENCY);
    expect(asked).toHaveLength(7);
  });

  it("tries the addresses that it knew before it was restarted, each once, and no more than it keeps", () => {
    const book = new MemoryBook([addressOf("a"), addressOf("n0"), addressOf("a"), ...dead(1_000)]);
    const { clock, channels, join, asked, taken } = finder({ book });
    channels.attach("a");
    join();
    clock.advance(500 - 1);
    expect(asked).toEqual(["a"]);
    // Its own address counts, and is not tried.
    expect(taken().sort()).toEqual([addressOf("a"), ...dead(998)].sort());
  });

  it("tries addresses in random order", () => {
    const book = new MemoryBook(dead(5));
    const [one, other] = [0, 0.99].map((draw) => {
      const { clock, join, taken } = finder({ book, draw });
      join();
      clock.advance(0);
      return taken();
    });
    expect(other).toEqual(dead(5));
    expect(one).not.toEqual(other);
    expect([...(one ?? [])].sort()).toEqual(dead(5));
  });

  it("ends when it is closed, without a cluster", () => {
    const { clock, channels, finder: found, join, joined, asked, book } = finder({ seeds: [addressOf("a"), "dead:1"] });
    channels.attach("a");
    join();
    clock.advance(LATENCY);
    found.close();
    found.answered("a", true);
    clock.advance(60_000);
    expect([joined(), asked, book.addresses, clock.nextDue()]).toEqual([0, [], [], undefined]);
  });

  it("tries no address if it ends while a name is resolved", () => {
    const { clock, channels, finder: found, join, taken } = finder({ seeds: [addressOf("a")] });
    channels.attach("a");
    join();
    found.close();
    clock.advance(60_000);
    expect(taken()).toEqual([]);
  });

  it("tries an address that leads to itself once, while it tries others again", () => {
    const { clock, channels, join, taken } = finder({ seeds: ["alias:1", ...dead(1)] });
    channels.attach("n0", "alias:1");
    join();
    clock.advance(2_000 - 1);
    expect(taken().toSorted()).toEqual(["alias:1", ...Array<string>(4).fill("dead0:1")]);
  });
});
