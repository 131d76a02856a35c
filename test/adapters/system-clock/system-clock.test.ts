import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";

/** The longest delay that Node's timers know, in ms. */
const LONGEST = 2 ** 31 - 1;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("SystemClock", () => {
  it("waits for the requested time, even for weeks: Node's own timers would fire at once", () => {
    const runs: string[] = [];
    new SystemClock().schedule(2 * LONGEST + 50, () => runs.push("run"));
    vi.advanceTimersByTime(2 * LONGEST + 49);
    expect(runs).toEqual([]);
    vi.advanceTimersByTime(1);
    // The task runs once the input has been read.
    vi.runOnlyPendingTimers();
    expect(runs).toEqual(["run"]);
  });

  it("runs immediate tasks after the current work, in order, unless they are cancelled", () => {
    const runs: string[] = [];
    const clock = new SystemClock();
    clock.schedule(0, () => runs.push("first"));
    const cancel = clock.schedule(-1, () => runs.push("cancelled"));
    clock.schedule(-5, () => runs.push("second"));
    cancel();
    expect(runs).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(runs).toEqual(["first", "second"]);
  });

  it("never runs a cancelled task, however late", () => {
    const runs: string[] = [];
    const cancel = new SystemClock().schedule(LONGEST + 50, () => runs.push("run"));
    vi.advanceTimersByTime(LONGEST + 10);
    cancel();
    vi.advanceTimersByTime(100);
    expect(runs).toEqual([]);
  });
});

describe("SystemClock after a stall of the machine", () => {
  beforeEach(() => void vi.useRealTimers());

  it("handles input that came during the stall before a timer that the stall made late", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const sender = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [[receiver]] = await Promise.all([once(server, "connection"), once(sender, "connect")]);
    try {
      const events: string[] = [];
      receiver.on("data", () => events.push("input"));
      await new Promise<void>((resolve) => {
        new SystemClock().schedule(1, () => resolve(void events.push("timer")));
        sender.write("x");
        const until = performance.now() + 20;
        while (performance.now() < until);
      });
      expect(events).toEqual(["input", "timer"]);
    } finally {
      sender.destroy();
      receiver.destroy();
      server.close();
    }
  });
});
