import { describe, expect, it } from "vitest";
import type { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { DEFAULT_FAULT_SETTINGS, type FaultSettings } from "../../../../src/workbench/model/faults/fault-settings.js";
import type { FaultEvent, HistoryEvent } from "../../../../src/workbench/model/history.js";
import type { NodeHost } from "../../../../src/workbench/model/node-host.js";
import { type BenchSettings, DEFAULT_SETTINGS, numberedNodes } from "../../../../src/workbench/model/settings.js";
import { flood, staysSilent } from "../../../fixtures/nodes/behaviours.js";
import { InProcessHost } from "../../support/in-process-host.js";
import { runVirtually } from "../../support/virtual-bench.js";

/** The events of a node, in order: "starts", or the type of a message that it read or printed. */
interface Happening {
  readonly node: string;
  readonly at: number;
  readonly what: string;
}

function settingsWith(faults: BenchSettings["faults"], like: Partial<FaultSettings>): BenchSettings {
  return {
    ...DEFAULT_SETTINGS,
    nodeIds: numberedNodes(5),
    timeLimit: 20_000,
    rate: 50,
    latency: 20,
    faults,
    faultInterval: 6000,
    faultSettings: { ...DEFAULT_FAULT_SETTINGS, gaps: "even", ...like },
  };
}

/** Runs floods under faults, and writes down all that they read and print. */
function run(settings: BenchSettings, hostOf = (clock: FakeClock): NodeHost => new InProcessHost(clock, () => flood)) {
  const happenings: Happening[] = [];
  const events: HistoryEvent[] = [];
  let now = () => 0;
  const host = (clock: FakeClock): NodeHost => {
    now = () => clock.now();
    const inner = hostOf(clock);
    return {
      start: (node, listener) => {
        const note = (what: string) => happenings.push({ node, at: now(), what });
        note("starts");
        const handle = inner.start(node, {
          ...listener,
          printed: (printed) => {
            note(`prints ${(printed.message as { body: { type: string } }).body.type}`);
            listener.printed(printed);
          },
        });
        return {
          ...handle,
          deliver: (delivery) => {
            note(`gets ${delivery.message.body.type}`);
            return handle.deliver(delivery);
          },
        };
      },
    };
  };
  let origin = 0;
  const listener = {
    event: (event: HistoryEvent) => events.push(event),
    phase: (phase: string) => {
      if (phase === "workload") origin = now();
    },
  };
  const result = runVirtually({ settings, host, listener });
  const of = (node: string) =>
    happenings.filter((each) => each.node === node).map(({ at, what }) => ({ at: at - origin, what }));
  return { result, events, of, faults: result.faults };
}

/** The stretches of time during which a fault was on. */
function stretches(faults: readonly FaultEvent[]) {
  return faults.flatMap((event, index) => {
    if (event.action === "stop") return [];
    const end = faults.slice(index).find(({ fault, action }) => fault === event.fault && action === "stop");
    return [{ fault: event.fault, from: event.time, to: end?.time ?? Number.POSITIVE_INFINITY, detail: event.detail }];
  });
}

describe("kill", () => {
  const { result, events, of, faults } = run(settingsWith(["kill"], { victim: "n2" }));
  const kills = stretches(faults);

  it("strikes its victim once per interval, for its downtime, and appears in the history and the result", () => {
    expect(kills.map(({ from, to }) => [from, to - from])).toEqual([0, 6000, 12_000, 18_000].map((at) => [at, 1500]));
    expect(new Set(kills.map(({ detail }) => detail))).toEqual(new Set(["n2 is killed"]));
    expect(faults[1]?.detail).toBe("n2 is back, ready 0 ms after its restart");
    expect(events.filter((event) => event.type === "fault")).toEqual(faults);
  });

  it.each([false, true])(
    "restarts it with init first, then topology if requested (%s), then everything else",
    (asked) => {
      const { of } = run(settingsWith(["kill"], { victim: "n2", topologyAfterRestart: asked }));
      const starts = of("n2").flatMap(({ what }, index) => (what === "starts" ? [index] : []));
      const lives = starts.map((start, life) =>
        of("n2")
          .slice(start, starts[life + 1])
          .flatMap(({ what }) => (what.startsWith("gets") ? [what] : [])),
      );
      expect(lives).toHaveLength(5);
      expect(lives.slice(1).flat()).toContain("gets broadcast");
      for (const [life, [first, ...others]] of lives.entries()) {
        expect(first).toBe("gets init");
        const topology = others.indexOf("gets topology");
        const operation = others.findIndex((what) => what === "gets broadcast" || what === "gets read");
        if (operation >= 0) expect(operation).toBeGreaterThan(topology);
        expect(topology >= 0).toBe(life === 0 || asked);
      }
    },
  );

  it("keeps it from hearing and sending anything while it is down, and does not affect the others", () => {
    for (const { from, to } of kills)
      expect(of("n2").filter(({ at, what }) => at > from && at < to && what !== "starts")).toEqual([]);
    for (const node of ["n0", "n1", "n3", "n4"])
      expect(of(node).filter(({ what }) => what === "starts")).toHaveLength(1);
  });

  it("leaves an operation on a dead node unanswered: a broadcast indeterminate, a read failed", () => {
    const unanswered = events.filter((event) => event.type === "info" || event.type === "fail");
    expect(unanswered.length).toBeGreaterThan(0);
    for (const event of unanswered) {
      if (event.type !== "info" && event.type !== "fail") continue;
      expect(event).toMatchObject({ node: "n2", error: "no answer within 5000 ms" });
      expect(event.type).toBe(event.operation === "read" ? "fail" : "info");
    }
  });

  it("is not a breach: the node has not exited", () => {
    expect(result.violations).toEqual([]);
  });

  it("drops messages to it meanwhile", () => {
    expect(result.messages.servers.dropped).toBeGreaterThan(0);
  });

  it("fails the run for a node without a journal: at the end it lacks values that it knew", () => {
    expect(result.missingCount).toBeGreaterThan(0);
    expect(result.reasons.at(-1)?.text).toMatch(/^\d+ values were missing at the end on n2$/);
  });
});

it("a node whose first life ends slowly never has two lives at the same time", () => {
  const downtime = 1500;
  const lives: string[] = [];
  const { of, result } = run(settingsWith(["kill"], { victim: "n2", downtime }), (clock) => {
    const inner = new InProcessHost(clock, () => flood);
    let kills = 0;
    return {
      start: (node, events) => {
        const handle = inner.start(node, events);
        if (node === "n2") lives.push("begins");
        return {
          ...handle,
          kill: (gone) => {
            // Only the first process outlives its downtime; all others are gone at once.
            const delay = kills++ === 0 ? 2 * downtime : 0;
            clock.schedule(delay, () => {
              lives.push("ends");
              handle.kill(gone);
            });
          },
        };
      },
    };
  });
  expect(of("n2").filter(({ what }) => what === "starts")).toHaveLength(5);
  expect(lives).toEqual(["begins", ...Array.from({ length: 4 }, () => ["ends", "begins"]).flat()]);
  expect(result.violations).toEqual([]);
});

it("a node that is down when the load ends is restarted before the rest and the final reads", () => {
  const { faults, events, result } = run(settingsWith(["kill"], { victim: "root", downtime: 3_600_000 }));
  const final = events.filter((event) => event.type === "invoke" && event.final);
  expect(faults.map(({ action }) => action)).toEqual(["start", "stop"]);
  expect(final).toHaveLength(5);
  for (const event of final) {
    const back = faults[1]?.time ?? Number.NaN;
    expect("time" in event && event.time - back).toBeGreaterThanOrEqual(DEFAULT_SETTINGS.quiescence);
  }
  expect(result.operations.reads.ok).toBeGreaterThan(0);
  expect(result.violations).toEqual([]);
});

describe("pause", () => {
  const { result, of, faults } = run(settingsWith(["pause"], { victim: "root", pauseTime: 2000 }));

  it("silences the first node for its time, and lets it answer the waiting requests afterwards", () => {
    const pauses = stretches(faults);
    expect(pauses.map(({ from, to }) => [from, to - from])).toEqual([0, 6000, 12_000, 18_000].map((at) => [at, 2000]));
    const printed = of("n0").filter(({ what }) => what.startsWith("prints"));
    for (const { from, to } of pauses) {
      expect(printed.filter(({ at }) => at > from && at < to)).toEqual([]);
      expect(printed.some(({ at, what }) => at === to && /^prints (read|broadcast)_ok$/.test(what))).toBe(true);
    }
  });

  it("loses nothing, and leaves no operation unanswered", () => {
    expect(result).toMatchObject({ verdict: "passed", lostCount: 0 });
    expect(result.operations).toMatchObject({ failed: 0, indeterminate: 0 });
    expect(of("n0").filter(({ what }) => what === "starts")).toHaveLength(1);
  });

  it("excuses answers that come too late because of it", () => {
    const long = run({ ...settingsWith(["pause"], { victim: "n3", pauseTime: 7000 }), faultInterval: 9000 });
    expect(long.result.operations.indeterminate).toBeGreaterThan(0);
    expect(long.result.violations).toEqual([]);
  });
});

describe("the victim", () => {
  const victimsOf = (like: Partial<FaultSettings>) =>
    new Set(
      stretches(run({ ...settingsWith(["kill"], like), timeLimit: 60_000 }).faults).map(
        ({ detail }) => detail.split(" ")[0],
      ),
    );

  it("is the first node if root is chosen", () => {
    expect(victimsOf({ victim: "root" })).toEqual(new Set(["n0"]));
  });

  it("is a new one each time if random is chosen", () => {
    expect(victimsOf({ victim: "random" }).size).toBeGreaterThan(2);
  });
});

describe("several faults", () => {
  const faults = ["partition", "kill", "pause", "loss", "duplicate", "slow"] as const;
  const settings = {
    ...settingsWith(faults, { victim: "root", gaps: "random" }),
    timeLimit: 120_000,
    faultInterval: 3000,
  };
  const { result, faults: timeline } = run(settings);
  const on = stretches(timeline);

  it("all occur, and start one after another within the first interval", () => {
    const first = faults.map((name) => on.find(({ fault }) => fault === name)?.from);
    expect(first).toEqual([0, 500, 1000, 1500, 2000, 2500]);
  });

  it("never strike a node that is already down or paused", () => {
    const spared = on.filter(({ detail }) => detail === "no node: another fault has already struck");
    const struck = on.filter(({ fault, detail }) => (fault === "kill" || fault === "pause") && detail.startsWith("n0"));
    expect(spared.length).toBeGreaterThan(0);
    expect(struck.length).toBeGreaterThan(20);
    struck.sort((one, other) => one.from - other.from);
    for (const [index, { from }] of struck.entries()) expect(from).toBeGreaterThanOrEqual(struck[index - 1]?.to ?? 0);
  });

  it("are all over before the final reads, and break no rule", () => {
    expect(on.every(({ to }) => Number.isFinite(to))).toBe(true);
    expect(result.violations).toEqual([]);
    expect(result.reasons.every(({ kind }) => kind === "lost" || kind === "missing")).toBe(true);
  });
});

describe("a node that fails otherwise under faults", () => {
  it("by not answering init after its restart ends the run, and is named", () => {
    let lives = 0;
    const { result } = run(
      settingsWith(["kill"], { victim: "n1" }),
      (clock) => new InProcessHost(clock, (node) => (node === "n1" && ++lives > 1 ? staysSilent : flood)),
    );
    expect(result.violations).toMatchObject([{ rule: "no-answer", node: "n1", time: 11_500 }]);
    expect(result.reasons[1]?.text).toBe("the run was cut short: n1 did not restart");
  });

  it("by exiting ends the run, though it was killed before", () => {
    const { result } = run(settingsWith(["kill"], { victim: "n1" }), (clock) => {
      const inner = new InProcessHost(clock, () => flood);
      let lives = 0;
      return {
        start: (node, events) => {
          if (node === "n1" && ++lives === 2)
            clock.schedule(1000, () => events.ended({ reason: "exited with code 7", lastWords: [] }));
          return inner.start(node, events);
        },
      };
    });
    expect(result.violations).toMatchObject([{ rule: "node-ended", node: "n1", problem: "exited with code 7" }]);
    expect(result.reasons[1]?.text).toBe("the run was cut short: n1 exited");
  });
});
