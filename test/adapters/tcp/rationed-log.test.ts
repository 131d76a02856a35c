import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { RationedLog } from "../../../src/adapters/tcp/rationed-log.js";
import { logEvent } from "../../../src/domain/log/log-event.js";
import { RecordingLog } from "../../application/recording-ports.js";

const dropped = logEvent("messages-dropped", "warn", (fields: { count: number }) => `dropped ${fields.count}`);

function rationed() {
  const clock = new FakeClock();
  const told = new RecordingLog();
  const log = new RationedLog(told, clock);
  const count = (more: number) => log.count("kind", more, (sum) => dropped({ count: sum }));
  return { clock, lines: told.lines, events: told.events, log, count };
}

describe("a counted event", () => {
  it("is logged at once, then summed up for 10 s, and never lost", () => {
    const { clock, lines, count } = rationed();
    count(2);
    for (let round = 0; round < 30; round++) {
      count(1);
      clock.advance(1000);
    }
    clock.advance(60_000);
    expect(lines[0]).toBe("dropped 2");
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines.reduce((sum, line) => sum + Number(line.split(" ")[1]), 0)).toBe(32);
  });

  it("is not logged when the log closes if nothing was added", () => {
    const { lines, log, count } = rationed();
    count(1);
    log.close();
    expect(lines).toEqual(["dropped 1"]);
  });

  it("is logged at the latest when the log closes, and nothing runs after that", () => {
    const { clock, lines, log, count } = rationed();
    count(1);
    count(3);
    log.close();
    expect(lines).toEqual(["dropped 1", "dropped 3"]);
    clock.advance(60_000);
    expect(lines).toEqual(["dropped 1", "dropped 3"]);
  });
});

it("an event of any other kind is logged at once, however many there are", () => {
  const { lines, log } = rationed();
  for (const count of [1, 2]) log.event(dropped({ count }));
  expect(lines).toEqual(["dropped 1", "dropped 2"]);
});

describe("a rationed event", () => {
  it("says so if a single line was left out", () => {
    const { clock, lines, log } = rationed();
    for (const pause of [0, 9_999, 1, 10_000]) {
      clock.advance(pause);
      log.ration("kind", dropped({ count: clock.now() }));
    }
    expect(lines).toEqual(["dropped 0", "dropped 10000 (1 similar line omitted before)", "dropped 20000"]);
  });

  it("is logged at most once per 10 s and kind; the next one counts those left out, in its text and in a field", () => {
    const { clock, events, log } = rationed();
    for (let second = 0; second < 12; second++) {
      log.ration("kind", dropped({ count: second }));
      clock.advance(1000);
    }
    log.ration("another kind", dropped({ count: 100 }));
    expect(events.map(({ fields, text }) => [fields, text])).toEqual([
      [{ count: 0 }, "dropped 0"],
      [{ count: 10, omitted: 9 }, "dropped 10 (9 similar lines omitted before)"],
      [{ count: 100 }, "dropped 100"],
    ]);
  });
});
