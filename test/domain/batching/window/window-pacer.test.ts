import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { WindowPacer } from "../../../../src/domain/batching/window/window-pacer.js";
import { TreeBuilder } from "../../../../src/domain/tree/tree-builder.js";

/** Length of a window, in ms, and when in the first one these tests begin. */
const WINDOW = 100;
const START = 30;
const BATCH_SIZE = 8;

function pacer(clock: FakeClock): WindowPacer {
  const members = ["n0", "n1", "n2", "n3", "n4", "n5", "n6"];
  return new WindowPacer(
    { clock, overlay: new TreeBuilder(2).balanced(members, "n1") },
    { window: WINDOW, batchSize: BATCH_SIZE },
  );
}
const pending = (count: number) => ({ oldest: 0, count, owedSince: 0 });

describe("WindowPacer", () => {
  it("lets a batch leave at the end of its window, whenever in the window it began", () => {
    const clock = new FakeClock();
    clock.advance(START);
    const windows = pacer(clock);
    expect(windows.departure("n0", pending(1))).toBe(START + WINDOW);
    clock.advance(WINDOW - 0.001);
    expect(windows.departure("n0", pending(1))).toBe(START + WINDOW);
    clock.advance(0.001);
    expect(windows.departure("n0", pending(1))).toBe(START + 2 * WINDOW);
  });

  it("lets a full batch leave at once", () => {
    const clock = new FakeClock();
    clock.advance(START);
    const windows = pacer(clock);
    expect(windows.departure("n0", pending(BATCH_SIZE - 1))).toBe(START + WINDOW);
    expect(windows.departure("n0", pending(BATCH_SIZE))).toBe(START);
  });

  it("lets nothing leave where no value waits: acknowledgements go by themselves", () => {
    const windows = pacer(new FakeClock());
    expect(windows.departure("n0", pending(0))).toBeUndefined();
    expect(windows.piggybacksAcks).toBe(false);
  });

  it("passes values on to every tree neighbour but the one that they came from", () => {
    const windows = pacer(new FakeClock());
    expect(windows.targets(undefined)).toEqual(["n0", "n3", "n4"]);
    expect(windows.targets("n0")).toEqual(["n3", "n4"]);
    expect(windows.targets("n3")).toEqual(["n0", "n4"]);
  });

  it("awaits an acknowledgement for a fixed time, as each message is acknowledged at once", () => {
    const windows = pacer(new FakeClock());
    expect([windows.ackDue("n0", 100), windows.answerTime()]).toEqual([850, 750]);
  });

  it("uses the tree, and lets a batch leave earlier that has grown", () => {
    const windows = pacer(new FakeClock());
    expect(windows.neighbours()).toEqual(["n0", "n3", "n4"]);
    expect(windows).toMatchObject({ isDirect: false, followsTree: true, batchesBySize: true });
  });
});
