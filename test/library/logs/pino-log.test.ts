import { Writable } from "node:stream";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { InvalidOptions, type LogRecord, pinoLog } from "../../../src/library/index.js";

const event: LogRecord = {
  level: "warn",
  code: "connection-lost",
  fields: { member: "b", reason: "100 %d of it" },
  text: "lost the connection to b: 100 %d of it",
  at: 1_000,
};

/** A real pino logger, and the objects that it has written. */
function memoryLogger(level: string) {
  const written: Record<string, unknown>[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      for (const line of String(chunk).trim().split("\n")) written.push(JSON.parse(line));
      done();
    },
  });
  return { logger: pino({ level, base: { service: "orders" } }, stream), written };
}

describe("pinoLog", () => {
  it("writes the level, the code and the fields as keys, and the text as the message", () => {
    const { logger, written } = memoryLogger("debug");
    pinoLog(logger)(event);
    expect(written).toEqual([
      {
        level: 40,
        time: expect.any(Number),
        service: "orders",
        code: "connection-lost",
        member: "b",
        reason: "100 %d of it",
        msg: "lost the connection to b: 100 %d of it",
      },
    ]);
  });

  it("leaves the level to the logger, which may be a child", () => {
    const { logger, written } = memoryLogger("warn");
    const log = pinoLog(logger.child({ node: "a" }));
    for (const level of ["debug", "info", "warn", "error"] as const) log({ ...event, level });
    expect(written.map(({ level, node }) => [level, node])).toEqual([
      [40, "a"],
      [50, "a"],
    ]);
  });

  it("refuses what is no logger, and names the missing methods", () => {
    expect(() => pinoLog({ info: () => {}, warn: () => {} } as never)).toThrow(
      new InvalidOptions(
        "pinoLog needs a logger with the methods debug, info, warn and error, such as pino() returns, but an object lacks debug, error",
      ),
    );
    expect(() => pinoLog(undefined as never)).toThrow("but undefined lacks debug, info, warn, error");
  });
});
