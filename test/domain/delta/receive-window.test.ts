import { describe, expect, it } from "vitest";
import { ReceiveWindow } from "../../../src/domain/delta/receive-window.js";

/** A window in which these messages came, one per ms, the first at 1. */
function windowWith(...numbers: number[]): ReceiveWindow {
  const window = new ReceiveWindow();
  for (const [index, number] of numbers.entries()) window.add(number, 1, index + 1);
  return window;
}

const ranges = (window: ReceiveWindow) => window.acknowledge(1, 100)?.ranges;

describe("ReceiveWindow", () => {
  it("is empty until a message comes", () => {
    const window = new ReceiveWindow();
    expect([window.isEmpty, window.silence(500)]).toEqual([true, Number.POSITIVE_INFINITY]);
    window.add(1, 1, 100);
    expect([window.isEmpty, window.silence(500)]).toEqual([false, 400]);
  });

  it("is not empty after a message that only says that earlier ones are settled", () => {
    const window = new ReceiveWindow();
    window.add(3, 4, 100);
    expect(ranges(window)).toBeUndefined();
    expect(window.isEmpty).toBe(false);
  });

  it("measures the silence since the latest message, not since a late one", () => {
    const window = new ReceiveWindow();
    window.add(2, 1, 100);
    window.add(1, 1, 300);
    expect(window.silence(500)).toBe(400);
  });

  it("notes since when a message is missing, until an acknowledgement shows it", () => {
    const window = windowWith(1, 2);
    expect(window.gapSince).toBeUndefined();
    window.add(4, 1, 40);
    window.add(7, 1, 50);
    expect(window.gapSince).toBe(40);
    expect(ranges(window)).toEqual([
      [1, 2],
      [4, 4],
      [7, 7],
    ]);
    expect(window.gapSince).toBeUndefined();
  });

  it("does not miss messages that are settled", () => {
    const window = windowWith(1, 2);
    window.add(7, 7, 40);
    expect(window.gapSince).toBeUndefined();
    window.add(9, 8, 50);
    expect(window.gapSince).toBe(50);
  });

  it("misses the first message if a later one comes before it", () => {
    expect(windowWith(2).gapSince).toBe(1);
  });

  it("settles messages only forwards", () => {
    const window = windowWith(1, 2, 3);
    window.add(4, 3, 10);
    window.add(5, 2, 20);
    expect(ranges(window)).toEqual([[3, 5]]);
    expect(window.add(2, 1, 30)).toBe(false);
  });

  it("takes a bounded number of ranges if a peer skips numbers again and again, and drops the oldest", () => {
    const numbers = Array.from({ length: 1_026 }, (_, index) => 2 * index + 1);
    const window = windowWith(...numbers.slice(0, 1_024));
    expect(ranges(window)).toHaveLength(1_024);
    window.add(numbers.at(-2) as number, 1, 5_000);
    window.add(numbers.at(-1) as number, 1, 5_000);
    expect(ranges(window)?.slice(0, 1)).toEqual([[5, 5]]);
    expect(ranges(window)).toHaveLength(1_024);
    // Dropped numbers count as duplicates.
    expect(window.add(2, 1, 5_000)).toBe(false);
    expect(window.add(4, 1, 5_000)).toBe(true);
  });

  it("remembers the first and the last message whose answer the peer awaits", () => {
    const window = windowWith(3, 4, 5);
    for (const number of [4, 3, 5, 4]) window.awaitsAnswer(number);
    expect(window.awaited).toEqual([3, 5]);
  });

  it("owes nothing more after an acknowledgement", () => {
    const window = windowWith(2);
    window.owedSince = 2;
    window.awaitsAnswer(2);
    window.acknowledge(1, 100);
    expect([window.owedSince, window.awaited, window.gapSince]).toEqual([undefined, undefined, undefined]);
  });

  it("acknowledges nothing to a peer whose incarnation is unknown", () => {
    expect(windowWith(1).acknowledge(undefined, 100)).toBeUndefined();
  });
});
