import { describe, expect, it, type TestContext } from "vitest";
import { runReference } from "../../src/workbench/commands/calibrate-command.js";
import {
  CALIBRATION_REFERENCES,
  type CalibrationReference,
} from "../../src/workbench/commands/calibration-references.js";

const MOST_RUNS = 4;

/** Lateness of the bench (ms, 99th percentile of deliveries) from which on a run says more about the machine than about the bench. */
const NOISY = 8;

/** How far from Maelstrom's figures a run may be: a share, and ms on top for the latency of a loaded machine. */
const SHARE = 0.08;
const SLACK = [15, 20, 40, 80] as const;
const TAILS_OF_EXPONENTIAL = [15, 30, 80, 250] as const;

/** Their nodes send few messages, so two of them do not disturb each other. */
const LIGHT = ["flood, tree4", "star"];
const isLight = ({ name }: CalibrationReference) => LIGHT.includes(name);

/** Compares a run with Maelstrom's figures. A run in which the bench was late is made again. */
async function expectSameFigures(reference: CalibrationReference, { skip }: TestContext): Promise<void> {
  for (let attempt = 1; attempt <= MOST_RUNS; attempt++) {
    const { result } = await runReference(reference, attempt);
    expect(result.reasons).toEqual([]);
    expect(result.messagesPerBroadcast).toBeCloseTo(reference.messagesPerBroadcast, 6);
    const noisy = result.lateness.deliveries.p99 > NOISY;
    if (noisy && attempt < MOST_RUNS) continue;
    // A machine that is never quiet cannot tell, and must not look as if it had; virtual time does not depend on it.
    if (noisy) skip(`the bench was late in each of ${MOST_RUNS} runs`);
    const slack = reference.settings.latencyDistribution === "exponential" ? TAILS_OF_EXPONENTIAL : SLACK;
    const measured = (["0.5", "0.95", "0.99", "1"] as const).map((key) => result.latencies?.[key] ?? Number.NaN);
    for (const [index, expected] of reference.latencies.entries()) {
      const difference = Math.abs((measured[index] as number) - expected);
      expect(difference).toBeLessThanOrEqual(expected * SHARE + (slack[index] as number));
    }
    return;
  }
}

describe("on real processes the bench measures what Maelstrom measures", () => {
  it("has light references to run beside each other", () =>
    expect(CALIBRATION_REFERENCES.filter(isLight)).toHaveLength(LIGHT.length));
  it.concurrent.for(CALIBRATION_REFERENCES.filter(isLight))("$name", expectSameFigures);
  it.for(CALIBRATION_REFERENCES.filter((reference) => !isLight(reference)))("$name", expectSameFigures);
});
