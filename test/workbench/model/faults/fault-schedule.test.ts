import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../../src/adapters/seeded-random/seeded-random.js";
import type { Fault } from "../../../../src/workbench/model/faults/fault.js";
import { FaultSchedule, type FaultTiming } from "../../../../src/workbench/model/faults/fault-schedule.js";

let clock: FakeClock;
let timeline: string[];
/** Time until the fault has recovered, in ms; 0: at once. */
let recovery: number;

beforeEach(() => {
  clock = new FakeClock();
  timeline = [];
  recovery = 0;
});

function schedule(timing: Partial<FaultTiming>, duration?: number): FaultSchedule {
  const fault: Fault = {
    name: "slow",
    ...(duration === undefined ? {} : { duration }),
    start: () => "wrong",
    stop: (whole) => {
      if (recovery === 0) whole("right");
      else clock.schedule(recovery, () => whole("right"));
    },
  };
  const complete = { interval: 1000, gaps: "even", offset: 0, ...timing } as const;
  return new FaultSchedule(
    {
      fault,
      clock,
      random: new SeededRandom(1),
      listener: (name, action, detail) => timeline.push(`${clock.now()} ${name} ${action} ${detail}`),
    },
    complete,
  );
}

describe("a lasting fault", () => {
  it("starts and stops in turn, one gap each", () => {
    schedule({}).begin();
    clock.advance(2500);
    expect(timeline).toEqual(["0 slow start wrong", "1000 slow stop right", "2000 slow start wrong"]);
  });

  it("begins after its offset", () => {
    schedule({ offset: 300 }).begin();
    clock.advance(1000);
    expect(timeline).toEqual(["300 slow start wrong"]);
  });

  it("has random gaps of up to twice the interval", () => {
    schedule({ gaps: "random" }).begin();
    clock.advance(200_000);
    const times = timeline.map((line) => Number.parseFloat(line));
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(Math.max(...gaps)).toBeLessThan(2000);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(1000, -2);
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(gaps.length / 2);
  });

  it("stays on from the pause to the end, and no longer", () => {
    const faults = schedule({});
    faults.begin();
    clock.advance(500);
    faults.pause();
    clock.advance(5000);
    let isOver = false;
    faults.end(() => {
      isOver = true;
    });
    expect(isOver).toBe(true);
    clock.advance(5000);
    expect(timeline).toEqual(["0 slow start wrong", "5500 slow stop right"]);
  });

  it("has nothing to end if it is not on", () => {
    const faults = schedule({ offset: 300 });
    faults.begin();
    let isOver = false;
    faults.end(() => {
      isOver = true;
    });
    clock.advance(5000);
    expect(isOver).toBe(true);
    expect(timeline).toEqual([]);
  });
});

describe("a brief fault", () => {
  it("starts once an interval, and lasts its own time", () => {
    schedule({}, 200).begin();
    clock.advance(1500);
    expect(timeline).toEqual([
      "0 slow start wrong",
      "200 slow stop right",
      "1000 slow start wrong",
      "1200 slow stop right",
    ]);
  });

  it("never starts again before the node has recovered", () => {
    recovery = 1500;
    schedule({}, 200).begin();
    clock.advance(2000);
    expect(timeline).toEqual(["0 slow start wrong", "1700 slow stop right", "1700 slow start wrong"]);
  });

  it("that has not recovered yet is waited for at the end", () => {
    recovery = 700;
    const faults = schedule({}, 200);
    faults.begin();
    clock.advance(100);
    let overAt: number | undefined;
    faults.end(() => {
      overAt = clock.now();
    });
    clock.advance(5000);
    expect(overAt).toBe(800);
    expect(timeline).toEqual(["0 slow start wrong", "800 slow stop right"]);
  });

  it("ends on its own after the pause, and does not come again", () => {
    const faults = schedule({}, 200);
    faults.begin();
    clock.advance(100);
    faults.pause();
    clock.advance(5000);
    expect(timeline).toEqual(["0 slow start wrong", "200 slow stop right"]);
  });
});
