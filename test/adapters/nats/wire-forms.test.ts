import { describe, expect, it } from "vitest";
import { COMPACT_FOR, WireForms } from "../../../src/adapters/nats/wire-forms.js";

function forms() {
  const time = { now: 5 };
  return { time, forms: new WireForms(() => time.now) };
}

describe("WireForms", () => {
  it("sends JSON to a member until it has shown that it reads the compact wire", () => {
    for (const form of ["compact", "marked", "hello"] as const) {
      const { forms: of } = forms();
      expect(of.isCompact("b")).toBe(false);
      of.heard("b", form);
      expect(of.isCompact("b")).toBe(true);
      expect(of.isCompact("c")).toBe(false);
    }
  });

  it("goes back to JSON at once when the member sends JSON without a mark: it was replaced by an older version", () => {
    const { forms: of } = forms();
    of.heard("b", "compact");
    of.heard("b", "plain");
    expect(of.isCompact("b")).toBe(false);
    of.heard("b", "marked");
    expect(of.isCompact("b")).toBe(true);
  });

  it("goes back to JSON after silence: an older version drops everything else, and may have nothing to say", () => {
    const { forms: of, time } = forms();
    of.heard("b", "compact");
    time.now += COMPACT_FOR - 1;
    expect(of.isCompact("b")).toBe(true);
    time.now += 1;
    expect(of.isCompact("b")).toBe(false);
  });

  it("asks for a hello to a member that goes on sending JSON, and not to one that this node sends messages to", () => {
    const { forms: of, time } = forms();
    expect(of.heard("b", "marked")).toBe(false);
    time.now += 100;
    expect(of.heard("b", "marked")).toBe(true);
    time.now += 100;
    expect(of.heard("b", "marked")).toBe(false);
    time.now += COMPACT_FOR / 2;
    of.isCompact("b");
    expect(of.heard("b", "marked")).toBe(false);
  });

  it("asks for no hello in an idle cluster", () => {
    const { forms: of, time } = forms();
    for (let minute = 0; minute < 10; minute++) {
      expect(of.heard("b", "marked")).toBe(false);
      time.now += 60_000;
    }
  });

  it("asks for no hello to a member of an older version, which would report it", () => {
    const { forms: of, time } = forms();
    for (let message = 0; message < 10; message++) {
      expect(of.heard("b", "plain")).toBe(false);
      time.now += 100;
    }
  });
});
