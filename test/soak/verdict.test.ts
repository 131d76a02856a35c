import { describe, expect, it } from "vitest";
import { isGood, judge } from "./judge/verdict.js";
import { describeRun } from "./report/table.js";
import type { BrokenPromises, Calm, SoakRecord, TimedSample } from "./soak-record.js";

const MINUTE = 60_000;
const MEMBERS = ["h1", "h2"];
const KEPT: BrokenPromises = {
  ...{ missing: [], invented: [], repeated: [], takenBack: [], unanswered: 0, missed: 0, crashes: [], stillAlive: [] },
};

/** A sample every 10 s of an hour, in which nothing grows but what `change` makes grow. */
function recordOf(change: (sample: TimedSample) => Partial<TimedSample> = () => ({}), minutes = 60): SoakRecord {
  const samples = Array.from({ length: minutes * 6 }, (_, index) => index * 10_000).flatMap((at) =>
    MEMBERS.map((member) => {
      const sample: TimedSample = {
        ...{ member, at, isCalm: at % MINUTE < 40_000, age: member === "h2" ? at : at % (7 * MINUTE) },
        ...{ heap: 20e6, residentSet: 90e6, files: 28, handles: 6, timers: 7, resources: {}, backlog: 0 },
        ...{ cpu: at / 50, messages: at / 100, values: 7000, alive: 2, journal: 20e6 },
      };
      return { ...sample, ...change(sample) };
    }),
  );
  const calms: Calm[] = Array.from({ length: minutes }, (_, index) => ({
    begin: index * MINUTE,
    end: index * MINUTE + 30_000,
    latency: { "0": 1, "0.5": 260, "0.95": 600, "0.99": 660, "1": 700 },
  }));
  return {
    ...{ transport: "tcp", bytes: 800, survivor: "h2", duration: minutes * MINUTE, samples, calms, storms: [] },
    ...{ attempted: 100, acknowledged: 90, refusals: { down: 10 }, droppedPackets: 0, lives: { h1: 9, h2: 1 } },
    ...{ broken: KEPT, load: { median: 1, max: 2 } },
  };
}

/** Figures that grow, with their members. */
const growing = (record: SoakRecord) =>
  judge(record).figures.flatMap(({ figure, member, isFlat }) => (isFlat === true ? [] : [`${member}: ${figure}`]));

describe("a run", () => {
  it("in which nothing grows is good", () => {
    expect([growing(recordOf()), isGood(judge(recordOf()))]).toEqual([[], true]);
  });

  it("in which a heap grows is not, and the table names it", () => {
    const record = recordOf(({ member, at }) => (member === "h2" ? { heap: 20e6 + at } : {}));
    expect([growing(record), isGood(judge(record))]).toEqual([["h2: heap after collection, MB"], false]);
    expect(describeRun(record, judge(record))).toMatch(/heap after collection, MB \| h2 .* GROWS/);
    expect(describeRun(recordOf(), judge(recordOf()))).not.toContain("GROWS");
  });

  it("in which a member with many lives inherits more each time is not good", () => {
    const record = recordOf(({ member, at }) =>
      member === "h1" ? { files: 28 + Math.floor(at / (10 * MINUTE)) } : {},
    );
    expect(growing(record)).toEqual(["h1: open files"]);
  });

  it("is judged by its calm alone", () => {
    expect(growing(recordOf(({ at, isCalm }) => (isCalm ? {} : { backlog: at, heap: 20e6 + 10 * at })))).toEqual([]);
  });

  it("is judged without the first minute of each process that was killed", () => {
    const young = recordOf(({ member, age, at }) => (member === "h1" && age < MINUTE ? { handles: at } : {}));
    expect(growing(young)).toEqual([]);
  });

  it("in which messages or the use of CPU grow is not good", () => {
    expect(growing(recordOf(({ at }) => ({ messages: at ** 2 / 1e8 })))).toEqual(["undefined: messages per second"]);
    expect(growing(recordOf(({ at }) => ({ cpu: at ** 2 / 1e8 })))).toEqual(["undefined: CPU time, ms per second"]);
  });

  it("in which timers or the backlog of the cluster grow is not good", () => {
    expect(growing(recordOf(({ at }) => ({ timers: 7 + at / (10 * MINUTE) })))).toEqual(["undefined: timers"]);
    expect(growing(recordOf(({ at }) => ({ backlog: at / MINUTE })))).toEqual(["undefined: backlog"]);
  });

  it("in which another member becomes the root, with more timers and a backlog, is good", () => {
    const rootAt = (at: number) => (at < 30 * MINUTE ? "h1" : "h2");
    const root = recordOf(({ at, member }) => (member === rootAt(at) ? { timers: 23, backlog: 16 } : {}));
    expect(growing(root)).toEqual([]);
  });

  it("in which latencies grow is not good", () => {
    const record = recordOf();
    const calms = record.calms.map((calm) => ({
      ...calm,
      latency: { ...calm.latency, "0.5": 260 + calm.begin / 2e4 },
    }));
    expect(growing({ ...record, calms })).toEqual(["undefined: latency, median, ms"]);
  });

  it("without samples in its last quarter is not good", () => {
    const record = recordOf();
    expect(isGood(judge({ ...record, samples: record.samples.filter(({ at }) => at < 40 * MINUTE) }))).toBe(false);
  });

  it("of less than 20 minutes is not judged by growth", () => {
    const record = recordOf(({ at }) => ({ heap: 20e6 + 100 * at }), 19);
    expect([judge(record).isLongEnough, isGood(judge(record))]).toEqual([false, true]);
  });
});

describe("a promise is broken", () => {
  const broken = (change: Partial<BrokenPromises>) => judge({ ...recordOf(), broken: { ...KEPT, ...change } }).broken;

  it.each([
    [{ missing: ["h1: h2-7"] }, "1 missing: h1: h2-7"],
    [{ invented: ["h1: x"] }, "1 invented: h1: x"],
    [{ repeated: ["h1: 2 more than sent"] }, "1 repeated: h1: 2 more than sent"],
    [{ takenBack: ["h1: h2-7"] }, "1 taken back: h1: h2-7"],
    [{ unanswered: 2 }, "2 values were neither acknowledged nor refused"],
    [{ missed: 3 }, "nodes reported 3 values as deleted before they came"],
    [{ crashes: ["h1 ended with 1"] }, "h1 ended with 1"],
    [{ stillAlive: ["h1"] }, "h1 did not end after close"],
  ])("%o", (change, text) => {
    expect(broken(change)).toEqual([text]);
    expect(isGood(judge({ ...recordOf(), broken: { ...KEPT, ...change } }))).toBe(false);
  });

  it("if nothing was acknowledged, a storm was not overcome, or a partition dropped nothing", () => {
    const storm = {
      begin: 0,
      end: 1,
      recovery: null,
      faults: [{ kind: "partition", members: [1], after: 0, length: 1 }],
    };
    const record = { ...recordOf(), acknowledged: 0, storms: [storm] } as SoakRecord;
    expect(judge(record).broken).toEqual([
      "no value was acknowledged",
      "no packet met a partition",
      "after a storm not everything came everywhere",
    ]);
  });

  it("if a journal is larger than docs/operations.md says", () => {
    // 7000 values of 840 bytes and two files of 16 MiB are 39.4 MB.
    expect(judge(recordOf(() => ({ journal: 39e6 }))).broken).toEqual([]);
    expect(judge(recordOf(({ member }) => (member === "h1" ? { journal: 42.4e6 } : {}))).broken).toEqual([
      "the journal of h1 is 3.0 MB larger than promised",
    ]);
  });
});
