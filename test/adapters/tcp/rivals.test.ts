import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Hello } from "../../../src/adapters/tcp/control-lines.js";
import { type Introduced, replaces } from "../../../src/adapters/tcp/rivals.js";
import { Self } from "../../../src/adapters/tcp/self.js";

/** One end of a pair: handles hellos as links and receptions do, without sockets. */
class End {
  readonly self: Self;
  current: { readonly name: string; readonly introduced: Introduced } | undefined;
  private asked: Hello | undefined;

  constructor(
    readonly id: string,
    readonly peer: string,
  ) {
    this.self = new Self(id, `life of ${id}`, true);
  }

  /** Says hello on a connection that it opens, unless there is one. */
  dial(): Hello | undefined {
    this.asked = this.current === undefined ? this.self.hello(this.peer) : undefined;
    return this.asked;
  }

  /** A hello on a connection of the peer's making; the answer, if the connection is wanted. */
  greeted(name: string, hello: Hello): Hello | undefined {
    const answer = this.self.hello(this.peer);
    return this.consider(name, { dialled: false, ownSerial: answer.serial, hello }) ? answer : undefined;
  }

  answered(name: string, hello: Hello): void {
    this.consider(name, { dialled: true, ownSerial: this.asked?.serial as number, hello });
  }

  closed(name: string): void {
    if (this.current?.name === name) this.current = undefined;
  }

  private consider(name: string, introduced: Introduced): boolean {
    const { current } = this;
    if (current !== undefined && !replaces(introduced, current.introduced, this.id, this.peer)) return false;
    this.current = { name, introduced };
    return true;
  }
}

/** Both dial at once; their hellos arrive in the order of `choices`. Returns the connection that each end holds at last. */
function meet(choices: readonly number[]): (string | undefined)[] {
  const ends = { a: new End("a", "b"), b: new End("b", "a") };
  const steps: (() => void)[] = [];
  const dial = (from: End, to: End, name: string) => () => {
    const hello = from.dial();
    if (hello === undefined) return;
    steps.push(() => {
      const answer = to.greeted(name, hello);
      if (answer !== undefined) steps.push(() => from.answered(name, answer));
    });
  };
  steps.push(dial(ends.a, ends.b, "made by a"), dial(ends.b, ends.a, "made by b"));
  for (let turn = 0; steps.length > 0; turn++) steps.splice((choices[turn] ?? 0) % steps.length, 1)[0]?.();
  return [ends.a.current?.name, ends.b.current?.name];
}

describe("a second connection of a pair", () => {
  /** A connection between the ends of this pair: which end made it, and the numbers of both hellos on it. */
  const connection = (dialled: boolean, ownSerial: number, serial: number, life = "x"): Introduced => ({
    dialled,
    ownSerial,
    hello: { from: "", to: "", life, serial },
  });

  it("replaces the first one if both were made by the same end, or the peer has restarted", () => {
    for (const dialled of [true, false]) {
      expect(replaces(connection(dialled, 1, 1), connection(dialled, 2, 2), "a", "b")).toBe(true);
      expect(replaces(connection(dialled, 1, 1, "y"), connection(!dialled, 2, 2), "a", "b")).toBe(true);
    }
  });

  it.each([
    ["the peer said hello on its own one later: it has lost the other one", [1, 4], [2, 5], "accepted"],
    ["this end said hello on its own one later: it had lost the other one", [3, 5], [2, 4], "dialled"],
  ] as const)("is the one that stays if %s", (_, [own, answer], [ownAnswer, other], stays) => {
    const [dialled, accepted] = [connection(true, own, answer), connection(false, ownAnswer, other)];
    for (const [self, peer] of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      expect(replaces(dialled, accepted, self, peer)).toBe(stays === "dialled");
      expect(replaces(accepted, dialled, self, peer)).toBe(stays === "accepted");
    }
  });

  it("is decided by the smaller id if both dialled at once", () => {
    const [dialled, accepted] = [connection(true, 1, 2), connection(false, 2, 1)];
    expect(replaces(dialled, accepted, "a", "b")).toBe(true);
    expect(replaces(accepted, dialled, "a", "b")).toBe(false);
    expect(replaces(dialled, accepted, "b", "a")).toBe(false);
    expect(replaces(accepted, dialled, "b", "a")).toBe(true);
  });
});

describe("two connections of a pair", () => {
  it("become one, the same for both ends, in whatever order they learn of the two", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 8, maxLength: 8 }), (choices) => {
        const [atA, atB] = meet(choices);
        expect(atA).toBeDefined();
        expect(atA).toBe(atB);
        seen.add(String(atA));
      }),
      { numRuns: 500 },
    );
    expect([...seen].sort()).toEqual(["made by a", "made by b"]);
  });

  it("are replaced by the connection of a peer that has lost the other one", () => {
    for (const [first, second] of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      const [one, other] = [new End(first, second), new End(second, first)];
      const answer = other.greeted("old", one.dial() as Hello) as Hello;
      one.answered("old", answer);
      other.closed("old");
      expect(one.greeted("new", other.dial() as Hello)).toBeDefined();
      expect(one.current?.name).toBe("new");
    }
  });

  it("are replaced by the connection of a peer that has restarted", () => {
    const [one, other] = [new End("a", "b"), new End("b", "a")];
    one.answered("old", other.greeted("old", one.dial() as Hello) as Hello);
    expect(one.greeted("new", { ...new Self("b", "another life", true).hello("a") })).toBeDefined();
    expect(one.current?.name).toBe("new");
  });
});
