import { expect, it } from "vitest";
import { TrustedRecords } from "../../../../src/workbench/simulation/disk/trusted-records.js";

it("trusts what reads have shown, until a fault damages its record", () => {
  const records = new TrustedRecords();
  records.shown(1);
  records.shown(2);
  expect(records.damage(1)).toBe(true);
  expect(records.damage(1)).toBe(false);
  records.shown(1);
  expect([...records]).toEqual([2]);
});

it("demands a report of damaged values that a restart lacks, once, and trusts them again when they come back", () => {
  const records = new TrustedRecords();
  for (const value of [1, 2]) records.shown(value);
  for (const value of [1, 2, 3]) records.damage(value);
  expect(records.restarted((value) => value === 2)).toEqual([1]);
  expect(records.restarted(() => false)).toEqual([2]);
  records.shown(1);
  expect([...records]).toEqual([1]);
});

it("demands no report of what was deleted", () => {
  const records = new TrustedRecords();
  for (const value of [1, 2]) records.shown(value);
  records.damage(1);
  expect(records.deleteAll()).toEqual([2]);
  expect(records.restarted(() => false)).toEqual([]);
});
