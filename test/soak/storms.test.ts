import { describe, expect, it } from "vitest";
import { drawStorms, type FaultKind, type Storm, type StormOptions } from "./faults/storms.js";

const OPTIONS: StormOptions = { seed: 1, size: 5, hasBroker: true, hold: 40_000, calm: 60_000 };

function storms(options: Partial<StormOptions> = {}, count = 1000): readonly Storm[] {
  const drawn = drawStorms({ ...OPTIONS, ...options });
  return Array.from({ length: count }, () => drawn.next().value as Storm);
}

const faults = (all: readonly Storm[]) => all.flatMap((storm) => storm.faults);

describe("storms", () => {
  it("are the same for a seed, and others for another", () => {
    expect(storms()).toEqual(storms());
    expect(storms({ seed: 2 })).not.toEqual(storms());
  });

  it("have every kind of fault about equally often", () => {
    const counts = new Map<FaultKind, number>();
    for (const { kind } of faults(storms())) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(["broker-kill", "broker-pause", "kill", "partition", "pause"]);
    for (const count of counts.values()) expect(count).toBeGreaterThan(200);
  });

  it("spare the broker where there is none", () => {
    const kinds = new Set(faults(storms({ hasBroker: false })).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["kill", "partition", "pause"]);
  });

  it("kill every member but the last, and pause and cut off each", () => {
    const hit = (kind: FaultKind) =>
      [...new Set(faults(storms()).flatMap((fault) => (fault.kind === kind ? fault.members : [])))].sort();
    expect([hit("kill"), hit("pause"), hit("partition")]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
    ]);
  });

  it("hit a member once, have one partition at most, and leave a killed broker alone", () => {
    for (const { faults } of storms()) {
      const members = faults.flatMap((fault) => fault.members);
      expect(new Set(members).size).toBe(members.length);
      expect(faults.filter(({ kind }) => kind === "partition").length).toBeLessThan(2);
      expect(faults.filter(({ kind }) => kind.startsWith("broker")).length).toBeLessThan(2);
    }
  });

  it("last no longer than asked for, and often overlap", () => {
    for (const { calm, faults } of storms()) {
      expect(calm).toBeGreaterThanOrEqual(30_000);
      expect(calm).toBeLessThanOrEqual(60_000);
      for (const { after, length } of faults) {
        expect(after).toBeLessThanOrEqual(20_000);
        expect(length).toBeGreaterThanOrEqual(500);
        expect(length).toBeLessThanOrEqual(40_000);
      }
    }
    const both = storms().filter(({ faults: [first, second] }) => first && second && second.after < first.length);
    expect(both.length).toBeGreaterThan(100);
  });
});
