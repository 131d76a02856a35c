import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { SilenceWatch } from "../../../src/adapters/tcp/silence-watch.js";

function watching() {
  const clock = new FakeClock();
  const events: string[] = [];
  const note = (what: string) => () => events.push(`${what} at ${clock.now()}`);
  return { clock, events, watch: new SilenceWatch(clock, 100, { ask: note("ask"), giveUp: note("give up") }) };
}

describe("SilenceWatch", () => {
  it("asks after the longest silence since the first message, and gives up after as much again", () => {
    const { clock, events, watch } = watching();
    watch.sent();
    clock.advance(60);
    watch.sent();
    clock.advance(1_000);
    expect(events).toEqual(["ask at 100", "give up at 200"]);
  });

  it("does nothing while nothing is sent, or once something came", () => {
    const { clock, events, watch } = watching();
    clock.advance(1_000);
    watch.heard();
    watch.sent();
    clock.advance(99);
    watch.heard();
    clock.advance(1_000);
    expect(events).toEqual([]);
    expect(clock.nextDue()).toBe(undefined);
  });

  it("does not give up once the question is answered, and watches the next message", () => {
    const { clock, events, watch } = watching();
    watch.sent();
    clock.advance(150);
    watch.heard();
    clock.advance(1_000);
    expect(events).toEqual(["ask at 100"]);
    watch.sent();
    clock.advance(100);
    expect(events).toEqual(["ask at 100", "ask at 1250"]);
  });

  it("asks again after another sign of life, since something is still under way", () => {
    const { clock, events, watch } = watching();
    watch.sent();
    clock.advance(150);
    watch.restart();
    clock.advance(150);
    expect(events).toEqual(["ask at 100", "ask at 250"]);
  });
});
