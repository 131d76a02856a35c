import { describe, expect, it } from "vitest";
import { MemberDirectory } from "../../../src/domain/membership/member-directory.js";
import type { MemberRecord } from "../../../src/domain/membership/member-record.js";
import { record } from "./support/record.js";

/** A directory that has learned these records at time 0. */
function directoryOf(...records: readonly MemberRecord[]): MemberDirectory {
  const directory = new MemberDirectory();
  for (const record of records) directory.merge(record, 0);
  return directory;
}
const ids = (records: readonly MemberRecord[]) => records.map(({ id }) => id);

describe("MemberDirectory", () => {
  it("lists the present members, oldest first, and finds each", () => {
    const directory = directoryOf(
      record("b", { joined: 30 }),
      record("a", { joined: 40 }),
      record("c", { joined: 20 }),
    );
    directory.merge(record("b", { joined: 30, state: "suspect" }), 0);
    expect(ids(directory.present())).toEqual(["c", "b", "a"]);
    expect([directory.has("b"), directory.has("x"), directory.get("b")?.state]).toEqual([true, false, "suspect"]);
    expect([directory.stateOf("b"), directory.stateOf("x"), directory.get("x")]).toEqual([
      "suspect",
      undefined,
      undefined,
    ]);
  });

  it("reports a change with the record before it, and nothing if the record is not news", () => {
    const directory = new MemberDirectory();
    const [alive, suspect] = [record("a"), record("a", { state: "suspect" })];
    expect(directory.merge(alive, 0)).toEqual({ before: undefined, after: alive });
    expect(directory.merge(alive, 0)).toBeUndefined();
    expect(directory.merge(suspect, 0)).toEqual({ before: alive, after: suspect });
    expect(directory.merge(alive, 0)).toBeUndefined();
    expect(directory.get("a")).toBe(suspect);
  });

  it("ignores that an unknown member is gone, but not when it had joined", () => {
    const directory = new MemberDirectory();
    expect(directory.merge(record("a", { state: "left", joined: 70 }), 0)).toBeUndefined();
    expect(directory.merge(record("b", { state: "lost", joined: 60 }), 0)).toBeUndefined();
    expect([directory.records(), directory.latest]).toEqual([[], 70]);
  });

  it("knows the latest joining time that it has seen", () => {
    const directory = new MemberDirectory();
    expect(directory.latest).toBe(0);
    directory.merge(record("a", { joined: 50 }), 0);
    directory.merge(record("b", { joined: 40 }), 0);
    directory.learnTime(45);
    expect(directory.latest).toBe(50);
    directory.learnTime(55);
    expect(directory.latest).toBe(55);
  });

  it("keeps the records of members that are gone, and lists the lost ones", () => {
    const directory = directoryOf(record("a"), record("b"), record("c"));
    directory.merge(record("a", { state: "lost" }), 0);
    directory.merge(record("b", { state: "left" }), 0);
    expect([ids(directory.present()), ids(directory.lost()), directory.has("a")]).toEqual([["c"], ["a"], false]);
    expect(ids(directory.records()).sort()).toEqual(["a", "b", "c"]);
    // A new life, and a refutation, bring a member back.
    directory.merge(record("a", { version: 1 }), 0);
    directory.merge(record("b", { joined: 101 }), 0);
    expect([ids(directory.present()), ids(directory.lost())]).toEqual([["a", "c", "b"], []]);
  });

  it("forgets members that have been gone for long enough: a lost one may come back for a day", () => {
    const directory = directoryOf(record("a"), record("b"), record("c"));
    directory.merge(record("a", { state: "lost" }), 1_000);
    directory.merge(record("b", { state: "left" }), 1_000);
    directory.expire(601_000);
    expect(ids(directory.records()).sort()).toEqual(["a", "b", "c"]);
    directory.expire(601_001);
    expect(ids(directory.records()).sort()).toEqual(["a", "c"]);
    directory.expire(86_401_000);
    expect(ids(directory.lost())).toEqual(["a"]);
    directory.expire(86_401_001);
    expect([ids(directory.records()), directory.lost()]).toEqual([["c"], []]);
  });

  it("forgets the oldest of too many members that are gone", () => {
    const directory = new MemberDirectory();
    for (let index = 0; index <= 1_000; index++) {
      directory.merge(record(`m${index}`), 0);
      directory.merge(record(`m${index}`, { state: index % 2 === 0 ? "lost" : "left" }), 0);
      if (index === 999) expect(directory.get("m0")).toBeDefined();
    }
    expect([directory.get("m0"), directory.get("m1")?.state]).toEqual([undefined, "left"]);
    expect(directory.records()).toHaveLength(1_000);
  });

  it("does not count a member as gone that has come back", () => {
    const directory = directoryOf(record("a"));
    directory.merge(record("a", { state: "lost" }), 0);
    directory.merge(record("a", { version: 1 }), 0);
    directory.expire(2 * 86_400_000);
    expect([ids(directory.present()), directory.has("a")]).toEqual([["a"], true]);
    expect(directory.fingerprint).toBe(directoryOf(record("a", { version: 1 })).fingerprint);
  });

  it("has the same fingerprint on nodes with the same present members, in the same lives and versions", () => {
    const one = directoryOf(record("a"), record("b"), record("c"));
    const other = directoryOf(record("c"), record("x"), record("b"));
    other.merge(record("x", { state: "left" }), 0);
    other.merge(record("a", { joined: 90 }), 0);
    expect(other.fingerprint).not.toBe(one.fingerprint);
    other.merge(record("a"), 0);
    expect(other.fingerprint).toBe(one.fingerprint);
    // States need not agree: a suspect is still a member.
    other.merge(record("a", { state: "suspect" }), 0);
    expect(other.fingerprint).toBe(one.fingerprint);
    other.merge(record("a", { version: 1 }), 0);
    expect(other.fingerprint).not.toBe(one.fingerprint);
    one.merge(record("a", { version: 1 }), 0);
    expect(other.fingerprint).toBe(one.fingerprint);
    expect(one.fingerprint).not.toBe(directoryOf(record("a"), record("b")).fingerprint);
  });

  it("has the same fingerprint in every version, because members of different versions compare", () => {
    expect([new MemberDirectory().fingerprint, directoryOf(record("a"), record("b")).fingerprint]).toEqual([
      "0:0",
      "2:4b349ee3",
    ]);
  });
});
