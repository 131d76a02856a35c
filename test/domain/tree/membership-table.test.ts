import { describe, expect, it } from "vitest";
import { MembershipTable } from "../../../src/domain/tree/membership-table.js";

/** The table after these heartbeats, given as member and joining time; three may be missed. */
function tableOf(...heartbeats: readonly (readonly [member: string, joined: number])[]): MembershipTable {
  const table = new MembershipTable(3);
  for (const [member, joined] of heartbeats) table.heartbeatReceived(member, joined);
  return table;
}

const tick = (table: MembershipTable, times: number): readonly string[] =>
  Array.from({ length: times }, () => table.tick()).flat();

describe("MembershipTable", () => {
  it("puts the oldest member first, and members of one age in the order of their ids", () => {
    const table = tableOf(["c", 20], ["b", 10], ["d", 10], ["a", 10], ["e", 5]);
    expect(table.members()).toEqual(["e", "a", "b", "d", "c"]);
  });

  it("removes a member that misses more heartbeats in a row than it may", () => {
    const table = tableOf(["a", 1], ["b", 2]);
    expect(tick(table, 2)).toEqual([]);
    table.heartbeatReceived("b", 2);
    expect(tick(table, 1)).toEqual([]);
    expect(tick(table, 1)).toEqual(["a"]);
    expect(table.members()).toEqual(["b"]);
    expect(tick(table, 2)).toEqual(["b"]);
  });

  it("takes a member that was removed back in, with the joining time that it had", () => {
    const table = tableOf(["a", 1], ["b", 2]);
    tick(table, 4);
    table.heartbeatReceived("b", 2);
    table.heartbeatReceived("a", 1);
    expect(table.members()).toEqual(["a", "b"]);
  });

  it("ignores heartbeats and goodbyes of an earlier life", () => {
    const table = tableOf(["a", 7], ["b", 3]);
    table.heartbeatReceived("a", 1);
    expect(table.members()).toEqual(["b", "a"]);
    table.goodbyeReceived("a", 6);
    expect(table.members()).toEqual(["b", "a"]);
    table.goodbyeReceived("a", 7);
    expect(table.members()).toEqual(["b"]);
  });

  it("does not let a late heartbeat bring back a member that has said goodbye, but a new life", () => {
    const table = tableOf(["a", 7]);
    table.goodbyeReceived("a", 7);
    table.heartbeatReceived("a", 7);
    table.heartbeatReceived("a", 6);
    expect(table.members()).toEqual([]);
    table.heartbeatReceived("a", 8);
    expect(table.members()).toEqual(["a"]);
    // The goodbye is forgotten: the new life may be removed, and be heard of again.
    tick(table, 4);
    table.heartbeatReceived("a", 8);
    expect(table.members()).toEqual(["a"]);
  });

  it("keeps the later of two goodbyes", () => {
    const table = tableOf();
    table.goodbyeReceived("a", 9);
    table.goodbyeReceived("a", 4);
    table.heartbeatReceived("a", 9);
    expect(table.members()).toEqual([]);
  });

  it("remembers a goodbye for some heartbeats, and as long as that after a second one", () => {
    const table = tableOf();
    table.goodbyeReceived("a", 5);
    tick(table, 120 - 1);
    table.goodbyeReceived("a", 5);
    tick(table, 120 - 1);
    table.heartbeatReceived("a", 5);
    expect(table.members()).toEqual([]);
    tick(table, 1);
    table.heartbeatReceived("a", 5);
    expect(table.members()).toEqual(["a"]);
  });

  it("forgets the oldest goodbyes where there are too many", () => {
    const table = tableOf();
    for (let index = 0; index <= 1_000; index++) table.goodbyeReceived(`m${index}`, 5);
    for (const member of ["m0", "m1"]) table.heartbeatReceived(member, 5);
    expect(table.members()).toEqual(["m0"]);
  });

  it("knows the latest joining time of members, of those that left, and of those that others know", () => {
    expect(tableOf().latest).toBe(0);
    const table = tableOf(["a", 5], ["b", 9], ["c", 7]);
    expect(table.latest).toBe(9);
    table.goodbyeReceived("b", 9);
    expect(table.latest).toBe(9);
    table.hasHeardOf(12);
    table.hasHeardOf(11);
    expect(table.latest).toBe(12);
    table.heartbeatReceived("d", 13);
    expect(table.latest).toBe(13);
  });
});
