import { describe, expect, it } from "vitest";
import { logEvent } from "../../../src/domain/log/log-event.js";

const greeted = logEvent(
  "greeted",
  "info",
  ({ member, by = "an unknown member" }: { member: string; by?: string | undefined }) => `${by} greets ${member}`,
);

describe("a kind of event", () => {
  it("makes events with its code, its level, and a text from their fields", () => {
    expect(greeted({ member: "a", by: "b" })).toEqual({
      level: "info",
      code: "greeted",
      fields: { member: "a", by: "b" },
      text: "b greets a",
    });
    expect([greeted.code, greeted.level]).toEqual(["greeted", "info"]);
  });

  it("leaves out absent fields", () => {
    const { fields, text } = greeted({ member: "a", by: undefined });
    expect(Object.keys(fields)).toEqual(["member"]);
    expect(text).toBe("an unknown member greets a");
  });

  it("cuts long texts of others, in the field and in the text alike", () => {
    const { fields, text } = greeted({ member: "a", by: "b".repeat(1_000_000) });
    expect(fields.by).toBe("b".repeat(4000));
    expect(text).toBe(`${fields.by} greets a`);
  });

  it("refuses fields with the names of keys that loggers add", () => {
    // @ts-expect-error: pino would write the key twice.
    expect(logEvent("clash", "info", ({ level }: { level: string }) => level).code).toBe("clash");
  });
});
