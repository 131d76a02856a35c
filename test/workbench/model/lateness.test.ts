import { expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { LatenessMeter } from "../../../src/workbench/model/lateness.js";
import { coveredWithin } from "../../../src/workbench/model/spans.js";

it("stalls that overlap are one stall, and small delays are none", () => {
  const meter = new LatenessMeter(new FakeClock());
  meter.start();
  meter.delivered(100, 104);
  meter.delivered(200, 210);
  meter.delivered(205, 215);
  meter.delivered(150, 215);
  meter.delivered(300, 306);
  expect(meter.summary(100).stalls).toEqual([
    [50, 115],
    [200, 206],
  ]);
  expect(meter.summary(0).deliveries).toMatchObject({ count: 5, max: 65 });
});

it("nothing is measured before the workload begins", () => {
  const meter = new LatenessMeter(new FakeClock());
  meter.delivered(0, 500);
  expect(meter.summary(0)).toMatchObject({ deliveries: { count: 0, max: 0 }, stalls: [] });
});

it("only the part of a stall that lies within a time counts", () => {
  const stalls = [
    [0, 10],
    [20, 30],
    [95, 120],
  ] as const;
  expect(coveredWithin(stalls, 5, 100)).toBe(20);
});
