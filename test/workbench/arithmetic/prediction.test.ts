import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../../src/application/settings/settings.js";
import { type Prediction, predict } from "../../../src/workbench/arithmetic/prediction.js";
import { plannedRoundTrip } from "../../../src/workbench/arithmetic/round-trip.js";
import { CHALLENGES } from "../../../src/workbench/model/challenges.js";
import { runSteadily, wholeRounds } from "../../../src/workbench/virtual-cluster/steady-state.js";

const { settings } = CHALLENGES["3e"];
/** Values wait up to 1200 ms, or 600 ms at the median, and travel 2·100 + 50 ms. */
const node = resolveSettings({ median: 860, max: 2000, guard: 50 });

describe("the prediction", () => {
  it("has the period that the budget leaves: P = 2(median - H(2d + guard)) - 10", () => {
    expect(predict(node, settings)).toMatchObject({
      sending: "rounds",
      period: 1210,
      height: 1,
      latencies: { median: 855, max: 1460 },
      benchLatencies: { median: 705, max: 1360 },
    });
  });

  it("counts operations, reads too: 121 in a round, 48 messages at most", () => {
    const { messagesPerOperation } = predict(node, settings) ?? { messagesPerOperation: 0 };
    expect(messagesPerOperation).toBeLessThan(48 / 121);
    expect(messagesPerOperation).toBeGreaterThan(46 / 121);
  });

  it("is one message to each other member if a budget leaves no room for rounds, or none are requested", () => {
    const expected = {
      sending: "at once",
      period: null,
      messagesPerOperation: 12,
      latencies: { median: 100, max: 100 },
    };
    expect(predict(resolveSettings({ max: 300 }), settings)).toMatchObject(expected);
    expect(predict(resolveSettings({ preset: "eager" }), settings)).toMatchObject(expected);
  });

  it("does not exist for fixed windows, a topology's tree, and a single node", () => {
    expect(predict(resolveSettings({ preset: "proposal" }), settings)).toBeUndefined();
    expect(predict(resolveSettings({ tree: "topology" }), settings)).toBeUndefined();
    expect(predict(node, { ...settings, nodeIds: ["n0"] })).toBeUndefined();
  });

  it("plans with the 93rd percentile of the round trips", () => {
    expect(plannedRoundTrip("constant", 100)).toBe(200);
    const uniform = plannedRoundTrip("uniform", 100);
    expect((400 - uniform) ** 2 / (8 * 100 ** 2)).toBeCloseTo(0.07, 9);
    const exponential = plannedRoundTrip("exponential", 100) / 100;
    expect((1 + exponential) * Math.exp(-exponential)).toBeCloseTo(0.07, 4);
  });
});

describe.each(["frugal", "default"] as const)("a star of 25 under %s, 60 s in virtual time", (preset) => {
  it("needs the messages that the arithmetic expects, to within 5 %", () => {
    const chosen = resolveSettings({ preset });
    const prediction = predict(chosen, settings) as Prediction;
    const plan = { node: chosen, settings: { ...settings, timeLimit: 60_000 }, limits: {} };
    const { result, steadyMessagesPerOperation } = runSteadily(plan, wholeRounds(10_000, 60_000, prediction.period));
    expect(result.lostCount).toBe(0);
    expect(Math.abs(steadyMessagesPerOperation / prediction.messagesPerOperation - 1)).toBeLessThan(0.05);
  });
});
