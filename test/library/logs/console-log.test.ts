import { describe, expect, it } from "vitest";
import { type ConsoleLogOptions, consoleLog, type LogRecord } from "../../../src/library/index.js";

const event: LogRecord = {
  level: "warn",
  code: "member-unreachable",
  fields: { member: "b", parent: "c" },
  text: "b is unreachable; using c as parent",
  at: 1_000,
};

/** A console that notes its calls. */
function notedConsole() {
  const calls: string[] = [];
  const noting = (method: string) => (line: string) => void calls.push(`${method}: ${line}`);
  const methods = { debug: noting("debug"), info: noting("info"), warn: noting("warn"), error: noting("error") };
  return { calls, console: methods };
}

/** The methods that a log of these options calls for an event of each level. */
function methodsCalled(options: ConsoleLogOptions): string[] {
  const { calls, console } = notedConsole();
  const log = consoleLog({ ...options, console });
  for (const level of ["debug", "info", "warn", "error"] as const) log({ ...event, level });
  return calls.map((call) => call.split(":")[0] as string);
}

describe("consoleLog", () => {
  it("writes a line with level, code and text by the method of the level", () => {
    const { calls, console } = notedConsole();
    consoleLog({ console })(event);
    expect(calls).toEqual(["warn: warn member-unreachable: b is unreachable; using c as parent"]);
  });

  it("leaves out less urgent levels, by default debug alone", () => {
    expect(methodsCalled({})).toEqual(["info", "warn", "error"]);
    expect(methodsCalled({ level: "debug" })).toEqual(["debug", "info", "warn", "error"]);
    expect(methodsCalled({ level: "error" })).toEqual(["error"]);
  });

  it("writes one line whatever the text contains", () => {
    const { calls, console } = notedConsole();
    consoleLog({ console })({ ...event, text: "one\r\ntwo\nthree" });
    expect(calls).toEqual(["warn: warn member-unreachable: one two three"]);
  });

  it("refuses an unknown level, and a console without methods", () => {
    expect(() => consoleLog({ level: "loud" as never })).toThrow(
      'consoleLog\'s option level must be "debug", "info", "warn" or "error", but it is "loud"',
    );
    expect(() => consoleLog({ console: {} as never })).toThrow(
      "consoleLog's option console must be a console: debug, info, warn and error, but it is an object",
    );
  });
});
