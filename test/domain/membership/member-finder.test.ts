import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { addressOf, MemoryMemberChannels } from "../../../src/adapters/memory-network/memory-member-channels.js";
import { MemberDirectory } from "../../../src/domain/membership/member-directory.js";
import { MemberFinder } from "../../../src/domain/membership/member-finder.js";
import type { MemberState } from "../../../src/domain/membership/member-record.js";
import { MemoryBook } from "../../support/member-cluster.js";

/** Time that a message takes, in ms. */
const LATENCY = 10;
/** What the random source draws: a pause between searches then has its middle length. */
const DRAWN = 0.5;

interface Options {
  readonly seeds?: readonly string[];
  readonly book?: MemoryBook;
  readonly draw?: number;
}

/** The finder of `n0`. Nodes that a test attaches can be found, and all calls are recorded. */
function finder({ seeds = [], book = new MemoryBook(), draw = DRAWN }: Options = {}) {
  const clock = new FakeClock();
  const channels = new MemoryMemberChannels(clock, () => LATENCY);
  const directory = new MemberDirectory();
  const asked: string[] = [];
  let tried: string[] = [];
  channels.onIdentify = (from, address) => from === "n0" && tried.push(address);
  const located: [string, string][] = [];
  const channel = channels.attach("n0");
  const found = new MemberFinder(
    {
      channel: {
        ...channel,
        locate: (member, address) => {
          located.push([member, address]);
        },
      },
      clock,
      random: { next: () => draw },
      directory,
      book,
      exchange: (member) => asked.push(member),
    },
    seeds,
  );
  /** A member is present, or gone, as far as this node knows. */
  const become = (id: string, state: MemberState = "alive", address = addressOf(id)) =>
    directory.merge({ id, address, joined: 1, version: 0, state }, clock.now());
  let joined = 0;
  const join = () => found.join(() => joined++);
  /** The addresses that were tried since the last call. */
  const taken = () => {
    const before = tried;
    tried = [];
    return before;
  };
  return { clock, channels, directory, finder: found, book, asked, located, become, join, joined: () => joined, taken };
}

/** Addresses at which no process listens. */
const dead = (count: number) => Array.from({ length: count }, (_, index) => `dead${index}:1`);

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
});

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
  /** A member of a cluster of so many members, which searches from now on. */
  function member(size: number, options: Options = {}) {
    const found = finder(options);
    for (let index = 0; index < size; index++) found.become(`n${index}`);
    found.join();
    found.finder.answered("n1", true);
    found.clock.advance(0);
    found.taken();
    found.finder.start();
    return found;
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

  it("tries the addresses that it knew before its restart for a day", () => {
    const book = new MemoryBook(["before:1"]);
    const { clock, taken } = member(1, { book });
    clock.advance(86_400_000);
    expect(new Set(taken())).toEqual(new Set(["before:1"]));
    clock.advance(2 * 10_000);
    taken();
    clock.advance(2 * 10_000);
    expect(taken()).toEqual([]);
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
