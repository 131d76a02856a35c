import { describe, expect, it } from "vitest";
import { ACTORS } from "../../../src/domain/values/actor-table.js";
import { actorOf, dotCount, isIncarnationOf, memberOf } from "../../../src/domain/values/dot.js";

/** An id that is new to the table, which never forgets: a test may run again in the same process. */
const unknown = (name: string) => `${name} ${performance.now()}`;

describe("an actor", () => {
  it("is an incarnation of one member, whatever characters its id has", () => {
    for (const member of ["n1", "n1@2", "@", "", "a@b@3"]) {
      const actor = actorOf(member, 7);
      expect([memberOf(actor), isIncarnationOf(member, actor)]).toEqual([member, true]);
    }
    expect(isIncarnationOf("n1", actorOf("n11", 1))).toBe(false);
    expect(isIncarnationOf("n1", actorOf("n1@1", 1))).toBe(false);
  });

  it("has the same number in this process at any time, and other actors have others", () => {
    const member = unknown("a");
    const actors = [member, unknown("b"), `${member}@1`].map((id) => actorOf(id, 1));
    expect(actors.map((actor) => ACTORS.find(actor))).toEqual([undefined, undefined, undefined]);
    const numbers = actors.map((actor) => ACTORS.add(actor));
    expect(new Set(numbers).size).toBe(3);
    expect(actors.map((actor) => ACTORS.add(actor))).toEqual(numbers);
    expect(actors.map((actor) => ACTORS.find(actor))).toEqual(numbers);
    expect(numbers.map((number) => ACTORS.idOf(number))).toEqual(actors);
  });

  it("is found by its member, with the member's other incarnations in the order in which they came", () => {
    const member = unknown("c");
    const [one, , three] = [3, 5, 4].map((incarnation) => ACTORS.add(actorOf(member, incarnation)));
    ACTORS.add(actorOf(`${member}c`, 1));
    const found = ACTORS.ofMember(member);
    expect(found.map((number) => ACTORS.idOf(number))).toEqual([`${member}@3`, `${member}@5`, `${member}@4`]);
    expect([found.at(0), found.at(2)]).toEqual([one, three]);
    expect(ACTORS.ofMember(unknown("d"))).toEqual([]);
  });
});

describe("dotCount", () => {
  it("adds the dots of all ranges", () => {
    expect(dotCount([])).toBe(0);
    expect(
      dotCount([
        ["n0@1", 7, 3],
        ["n1@1", 1, 10],
      ]),
    ).toBe(13);
  });
});
