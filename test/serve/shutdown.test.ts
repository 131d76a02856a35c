import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import type { LogEvent } from "../../src/domain/ports/log.js";
import { shutDown } from "../../src/serve/shutdown.js";
import { timeForBroadcasts } from "../../src/serve/stop-times.js";

function begin(stop: (clock: FakeClock) => Promise<void>) {
  const clock = new FakeClock();
  const events: Pick<LogEvent, "code" | "fields">[] = [];
  const log = { event: ({ code, fields }: LogEvent) => events.push({ code, fields }) };
  const exits: number[] = [];
  const giveUp = () => exits.push(clock.now());
  const ended = shutDown({ stop: () => stop(clock) }, "SIGTERM", { clock, log, giveUp });
  return { clock, events, exits, ended };
}

const started = { code: "shutdown-started", fields: { signal: "SIGTERM" } };

describe("the shutdown of a server", () => {
  it("ends the process after 9.5 s if the handover never ends", () => {
    const { clock, events, exits } = begin(() => new Promise(() => {}));
    clock.advance(9_499);
    expect([exits, events]).toEqual([[], [started]]);
    clock.advance(1);
    expect(exits).toEqual([9_500]);
    expect(events).toEqual([started, { code: "shutdown-too-slow", fields: { limit: 9_500 } }]);
  });

  it("ends with the handover, and leaves no timer", async () => {
    const { clock, events, exits, ended } = begin(
      (clock) => new Promise((resolve) => void clock.schedule(9_000, resolve)),
    );
    clock.advance(9_000);
    await ended;
    expect(events).toEqual([started, { code: "shutdown-finished", fields: { duration: 9_000 } }]);
    clock.advance(60_000);
    expect(exits).toEqual([]);
    expect(clock.nextDue()).toBeUndefined();
  });

  it("leaves time to close a node whose members hang, after any delay", () => {
    const [longestDelay, requests, closing] = [5_000, 1_000, 2_000];
    for (const delay of [0, 3_000, longestDelay]) {
      const broadcasts = timeForBroadcasts(delay);
      expect(broadcasts).toBeGreaterThanOrEqual(1_000);
      expect(delay + broadcasts + requests + closing).toBeLessThanOrEqual(9_000);
    }
  });

  it("leaves no timer if the handover fails", async () => {
    const { clock, exits, ended } = begin(() => Promise.reject(new Error("no disk")));
    await expect(ended).rejects.toThrow("no disk");
    clock.advance(60_000);
    expect(exits).toEqual([]);
  });
});
