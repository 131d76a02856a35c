import { describe, expect, it } from "vitest";
import {
  compareMembers,
  isPresent,
  type MemberRecord,
  type MemberState,
  supersedes,
} from "../../../src/domain/membership/member-record.js";

const BASE: MemberRecord = { id: "a", address: "host:2", joined: 100, version: 3, state: "alive" };
const STATES: readonly MemberState[] = ["alive", "suspect", "lost", "left"];

/** Expects that the first record counts, whichever comes first. */
function expectFirst(one: Partial<MemberRecord>, other: Partial<MemberRecord>): void {
  const [winner, loser] = [
    { ...BASE, ...one },
    { ...BASE, ...other },
  ];
  expect([one, other, supersedes(winner, loser), supersedes(loser, winner)]).toEqual([one, other, true, false]);
}

describe("of two records of a member", () => {
  it("that of the later life counts, whatever they say", () => {
    for (const state of STATES)
      for (const before of STATES) expectFirst({ joined: 101, version: 0, state }, { version: 9, state: before });
  });

  it("that it has left counts, within a life", () => {
    for (const state of ["alive", "suspect", "lost"] as const)
      expectFirst({ state: "left", version: 0 }, { state, version: 9 });
  });

  it("the later version counts otherwise, so that a member can refute", () => {
    expectFirst({ state: "alive", version: 4 }, { state: "lost", version: 3 });
    expectFirst({ state: "suspect", version: 4 }, { state: "alive", version: 3 });
  });

  it("the worse state counts within a version", () => {
    expectFirst({ state: "suspect" }, { state: "alive" });
    expectFirst({ state: "lost" }, { state: "suspect" });
    expectFirst({ state: "lost" }, { state: "alive" });
  });

  it("one counts on every node if two processes joined in the same millisecond", () => {
    expectFirst({ address: "host:3" }, { address: "host:2" });
  });

  it("none is news if they are the same, or if both say that it has left", () => {
    for (const state of STATES) expect(supersedes({ ...BASE, state }, { ...BASE, state })).toBe(false);
    expect(supersedes({ ...BASE, state: "left", version: 9 }, { ...BASE, state: "left" })).toBe(false);
  });
});

describe("members", () => {
  it("are present while they are alive or suspected", () => {
    expect(STATES.map((state) => isPresent({ ...BASE, state }))).toEqual([true, true, false, false]);
  });

  it("are ordered by the time at which they joined, then by id", () => {
    const members = [
      { ...BASE, id: "c", joined: 7 },
      { ...BASE, id: "b", joined: 9 },
      { ...BASE, id: "a", joined: 9 },
      { ...BASE, id: "d", joined: 8 },
    ];
    for (const list of [members, members.toReversed()])
      expect(list.toSorted(compareMembers).map(({ id }) => id)).toEqual(["c", "d", "a", "b"]);
    const [, b, a] = members as [MemberRecord, MemberRecord, MemberRecord];
    expect([compareMembers(a, b), compareMembers(b, a)].map(Math.sign)).toEqual([-1, 1]);
    expect(compareMembers(BASE, { ...BASE, version: 8 })).toBe(0);
  });
});
