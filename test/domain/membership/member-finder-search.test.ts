import { describe, expect, it } from "vitest";
import { addressOf } from "../../../src/adapters/memory-network/memory-member-channels.js";
import { MemoryBook } from "../../support/member-cluster.js";
import { dead, finder, LATENCY, member } from "./support/finding.js";

describe("a member that looks for others", () => {
  /** The times of the searches in the next `duration` ms. */
  function searches({ clock, taken }: ReturnType<typeof finder>, duration: number): number[] {
    const times: number[] = [];
    const end = clock.now() + duration;
    for (let next = clock.nextDue(); next !== undefined && next <= end; next = clock.nextDue()) {
      clock.step();
      if (taken().length > 0) times.push(clock.now());
    }
    clock.advance(end - clock.now());
    return times;
  }

  it("searches rarely in a cluster: the cluster as a whole about once in 6 s", () => {
    const [small, large] = [member(2, { seeds: dead(1) }), member(9, { seeds: dead(1) })];
    expect(searches(small, 35_000)).toEqual([12_000, 24_000]);
    expect(searches(large, 120_000)).toEqual([54_000, 108_000]);
  });

  it("searches more and more rarely while it is alone, from 1 s to 10 s, in pauses of random length", () => {
    const times = searches(member(1, { seeds: dead(1) }), 40_000);
    expect(times.map((time, index) => time - (times[index - 1] ?? 0))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
    expect(searches(member(1, { seeds: dead(1), draw: 0 }), 1_000)).toEqual([500]);
    expect(searches(member(1, { seeds: dead(1), draw: 0.75 }), 2_000)).toEqual([1_250]);
  });

  it("searches soon once it is alone", () => {
    const found = member(2, { seeds: dead(1) });
    found.clock.advance(30_000);
    found.taken();
    found.become("n1", "left");
    found.finder.membersChanged();
    expect(searches(found, 3_000)).toEqual([31_000, 33_000]);
    found.finder.membersChanged();
    expect(searches(found, 3_999)).toEqual([]);
    expect(searches(found, 1)).toEqual([37_000]);
  });

  it("asks a member that it did not know, and no member that it knows", () => {
    const found = member(2, { seeds: ["cluster:1"] });
    const { clock, channels, asked, located, taken } = found;
    channels.names.set("cluster:1", [addressOf("n0"), addressOf("n1"), "n1.alias:1", "n0.alias:1", addressOf("x")]);
    for (const [id, address] of [
      ["n1", addressOf("n1")],
      ["n1", "n1.alias:1"],
      ["n0", "n0.alias:1"],
      ["x", addressOf("x")],
    ] as const)
      channels.attach(id, address);
    clock.advance(10 * 2 * 6_000 + 2 * LATENCY);
    // Each search of a cluster's member tries one address. Those of known members are tried once.
    expect(taken().toSorted()).toEqual([
      "n0.alias:1",
      "n1.alias:1",
      ...Array<string>(asked.length).fill(addressOf("x")),
    ]);
    expect(asked.length).toBeGreaterThan(1);
    expect([...new Set(asked)]).toEqual(["x"]);
    expect(located.every(([id, address]) => id === "x" && address === addressOf("x"))).toBe(true);
  });

  it("tries several addresses at a time while it is alone", () => {
    const { clock, taken } = member(1, { seeds: dead(5) });
    clock.advance(1_000);
    expect(taken()).toHaveLength(3);
  });

  it("tries the addresses of lost members, but not of those that left", () => {
    const found = member(1);
    for (const id of ["lost", "left"] as const) {
      found.become(id);
      found.become(id, id);
    }
    found.clock.advance(1_000);
    expect(found.taken()).toEqual([addressOf("lost")]);
  });

  it("tries the addresses that it knew before its restart for exactly a day", () => {
    const found = finder({ book: new MemoryBook(["before:1"]) });
    const { clock, finder: own, become, join, taken } = found;
    clock.advance(1_000_000);
    become("n0");
    join();
    own.answered("n1", true);
    // Alone, it searches after 1, 3, 7, 15, 25 s and so on: now also at the end of the day.
    clock.advance(5_000);
    own.start();
    clock.advance(86_400_000 - 5_000 - 1);
    expect(new Set(taken())).toEqual(new Set(["before:1"]));
    clock.advance(1);
    expect(taken()).toEqual(["before:1"]);
    clock.advance(60_000);
    expect(taken()).toEqual([]);
  });

  it("remembers at which 1,000 addresses it has found members, and tries each of them once", () => {
    const triedAgain = (count: number) => {
      const { clock, channels, taken } = member(1, { seeds: ["cluster:1"] });
      const aliases = Array.from({ length: count }, (_, index) => `alias${index}:1`);
      for (const alias of aliases) channels.attach("n0", alias);
      channels.names.set("cluster:1", aliases);
      // Three at a time.
      clock.advance((count / 3) * 10_000);
      const tried = taken();
      expect(new Set(tried)).toEqual(new Set(aliases));
      clock.advance(60_000);
      return tried.length > count || taken().length > 0;
    };
    expect([triedAgain(1_000), triedAgain(1_001)]).toEqual([false, true]);
  });

  it("ignores an answer that comes after the end", () => {
    const { clock, channels, finder: found, asked, taken } = member(1, { seeds: [addressOf("x")] });
    channels.attach("x");
    clock.advance(1_000 + LATENCY);
    expect(taken()).toEqual([addressOf("x")]);
    found.close();
    clock.advance(60_000);
    expect([asked, taken(), clock.nextDue()]).toEqual([[], [], undefined]);
  });

  it("tries no address if it ends while a name is resolved", () => {
    const { clock, finder: found, channels, taken } = member(1, { seeds: [addressOf("x")] });
    channels.attach("x");
    clock.advance(1_000 - 1);
    while (clock.nextDue() !== 1_000) clock.step();
    clock.step();
    found.close();
    clock.advance(1_000);
    expect(taken()).toEqual([]);
  });

  describe("and its address book", () => {
    it("has the addresses of present and lost members, and of those before the restart that did not leave", () => {
      const book = new MemoryBook([addressOf("before"), addressOf("left")]);
      const { clock, finder: found, become } = member(3, { book });
      become("lost");
      become("lost", "lost");
      become("left");
      become("left", "left");
      found.membersChanged();
      clock.advance(1_000 - 1);
      expect(book.addresses).toHaveLength(2);
      clock.advance(1);
      expect([...book.addresses].sort()).toEqual(["before", "lost", "n1", "n2"].map((id) => addressOf(id)));
    });

    it("is saved again after each change, and at the end only if a change was not saved", () => {
      const saves: number[] = [];
      const book = new MemoryBook();
      const { clock, finder: found, become } = member(2, { book });
      book.save = (addresses) => saves.push(addresses.length);
      clock.advance(1_000);
      expect(saves).toEqual([1]);
      clock.advance(60_000);
      expect(saves).toEqual([1]);
      for (const id of ["n5", "n6"]) {
        become(id);
        found.membersChanged();
      }
      clock.advance(1_000);
      expect(saves).toEqual([1, 3]);
      become("n7");
      found.membersChanged();
      found.close();
      expect(saves).toEqual([1, 3, 4]);
      clock.advance(60_000);
      expect(saves).toHaveLength(3);
      const other = member(2, { book });
      other.clock.advance(1_000);
      saves.length = 0;
      other.finder.close();
      expect(saves).toEqual([]);
    });
  });
});
