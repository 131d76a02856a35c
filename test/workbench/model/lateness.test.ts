import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import type { Clock } from "../../../src/domain/ports/clock.js";
import { LatenessMeter } from "../../../src/workbench/model/lateness.js";
import { coveredWithin, lengthOf, without } from "../../../src/workbench/model/spans.js";

it("overlapping stalls are one stall, and small delays are none", () => {
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

it("only the part of a stall that lies within an interval counts", () => {
  const stalls = [
    [0, 10],
    [20, 30],
    [95, 120],
  ] as const;
  expect(coveredWithin(stalls, 5, 100)).toBe(20);
});

describe("the nodes' output excuses no node", () => {
  /** A bench that is late by `work` ms, of which it used `cpu` ms of CPU time. */
  function lateBy(work: number, cpu: number, isOutput: boolean) {
    const fake = new FakeClock();
    let [late, cpuTime] = [0, 0];
    const clock: Clock = {
      now: () => fake.now() + late,
      schedule: (delay, task) => fake.schedule(delay, task),
    };
    const meter = new LatenessMeter(clock, () => cpuTime);
    meter.start();
    clock.schedule(9.9, () => {
      const busy = () => {
        cpuTime += cpu;
        late += work;
      };
      if (isOutput) meter.handleOutput(busy);
      else busy();
    });
    fake.advance(100);
    meter.stop();
    const { stalls, nodeOutput = 0 } = meter.summary(0);
    return { stalled: lengthOf(stalls), nodeOutput };
  }

  it("so the time for it is not a stall", () => {
    const { stalled, nodeOutput } = lateBy(50, 50, true);
    expect(stalled).toBe(0);
    expect(nodeOutput).toBeGreaterThan(40);
  });

  it("but time that the machine took away meanwhile is one", () => {
    expect(lateBy(50, 10, true).stalled).toBeGreaterThan(35);
  });

  it("and so is any other delay", () => {
    expect(lateBy(50, 50, false)).toMatchObject({ stalled: expect.any(Number), nodeOutput: 0 });
    expect(lateBy(50, 50, false).stalled).toBeGreaterThan(40);
  });
});

it("spans without others leave the uncovered parts", () => {
  expect(
    without(
      [
        [0, 10],
        [20, 30],
        [40, 50],
      ],
      [
        [2, 4],
        [6, 22],
        [45, 46],
        [60, 70],
      ],
    ),
  ).toEqual([
    [0, 2],
    [4, 6],
    [22, 30],
    [40, 45],
    [46, 50],
  ]);
});
