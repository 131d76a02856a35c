import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { LogEvent } from "../../src/domain/ports/log.js";
import { requestFailed, serverReady, shutdownTooSlow, streamTooSlow } from "../../src/serve/log-events.js";
import { LogOutput } from "../../src/serve/log-output.js";
import type { ServeSettings } from "../../src/serve/settings/schema.js";

const TIME = "2026-01-02T03:04:05.678Z";

const events: readonly LogEvent[] = [
  serverReady({ values: 1, size: 2 }),
  streamTooSlow({ kind: "sse", silence: 60_000 }),
  shutdownTooSlow({ limit: 9_500 }),
];

function written(settings: ServeSettings["log"]): string[] {
  const output = new PassThrough({ encoding: "utf8" });
  const log = new LogOutput(output, settings, () => new Date(TIME));
  for (const event of events) log.event(event);
  return String(output.read() ?? "")
    .split("\n")
    .slice(0, -1);
}

describe("the log of the server", () => {
  it("is a time and a text per line", () => {
    expect(written({ level: "info", format: "text" })).toEqual([
      `${TIME} ready, with 1 value and 2 members`,
      `${TIME} closed a stream of events: its client has read nothing for 60000 ms (limits.slowReader)`,
      `${TIME} the shutdown took longer than 9500 ms; exiting all the same`,
    ]);
  });

  it("writes an event with a stack trace on one line", () => {
    const output = new PassThrough({ encoding: "utf8" });
    const log = new LogOutput(output, { level: "info", format: "text" }, () => new Date(TIME));
    log.event(requestFailed({ reason: "Error: no room\n    at add (a.js:1:2)\r\n    at run (b.js:3:4)" }));
    expect(output.read()).toBe(
      `${TIME} a request failed: Error: no room     at add (a.js:1:2)     at run (b.js:3:4)\n`,
    );
  });

  it("can be JSON with level, time, code, the fields and the text", () => {
    expect(written({ level: "info", format: "json" }).map((line) => JSON.parse(line))[1]).toEqual({
      level: "warn",
      time: TIME,
      code: "stream-too-slow",
      kind: "sse",
      silence: 60_000,
      msg: "closed a stream of events: its client has read nothing for 60000 ms (limits.slowReader)",
    });
  });

  it("leaves out less urgent levels", () => {
    const levels = (level: ServeSettings["log"]["level"]) =>
      written({ level, format: "json" }).map((line) => JSON.parse(line).level);
    expect(levels("debug")).toEqual(["info", "warn", "error"]);
    expect(levels("warn")).toEqual(["warn", "error"]);
    expect(levels("error")).toEqual(["error"]);
  });

  it("continues when no process reads it any more", async () => {
    const broken = new Writable({ write: (_, __, done) => done(new Error("EPIPE")) });
    const log = new LogOutput(broken, { level: "info", format: "text" });
    const failed = new Promise((resolve) => broken.once("error", resolve));
    log.event(serverReady({ values: 1, size: 2 }));
    await failed;
    expect(() => log.event(serverReady({ values: 1, size: 2 }))).not.toThrow();
  });
});
