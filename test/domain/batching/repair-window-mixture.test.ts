import { describe, expect, it } from "vitest";
import { bytesOf, CHECK, MANY, memberBehind, numbersOf, VALUE_BYTES, WINDOW } from "../support/member-behind.js";

describe("RepairWindow, between parts and with new values,", () => {
  it("another comparison while a part is on its way sends nothing more, even if little waits", () => {
    const { latest, repair, values } = memberBehind(WINDOW / VALUE_BYTES + 3);
    repair();
    expect(numbersOf(latest()).length).toBeLessThan(values.length);
    repair();
    expect(latest()).toEqual([]);
  });

  it("fills a part to the last byte", () => {
    // 28 values of 1,169 bytes, and 36 bytes for their range.
    const { latest, repair } = memberBehind(MANY, { size: 1_169 - 2 });
    repair();
    expect(28 * 1_169 + 36).toBe(WINDOW);
    expect(numbersOf(latest())).toHaveLength(28);
  });

  it("requests the acknowledgement of the last part as well, if another comparison sends it", () => {
    const { clock, values, latest, repair, acknowledge } = memberBehind((1.25 * WINDOW) / VALUE_BYTES);
    repair();
    const first = latest();
    acknowledge(first);
    repair();
    const rest = latest();
    expect([...numbersOf(first), ...numbersOf(rest)]).toHaveLength(values.length);
    expect(rest.at(-1)).toMatchObject({ values: [], ask: true });
    acknowledge(rest);
    clock.advance(CHECK);
    expect([latest(), clock.nextDue()]).toEqual([[], undefined]);
  });

  it("sends a new value alone while a part has arrived and the next one has not left", () => {
    const { clock, batcher, latest, repair, accept, acknowledge } = memberBehind(MANY);
    repair();
    acknowledge(latest());
    accept("new");
    batcher.flush("n1");
    expect(latest().map(({ values, ask }) => [values, ask])).toEqual([[["new"], undefined]]);
    clock.advance(CHECK);
    // The window has doubled, since the part was no loss.
    expect(bytesOf(latest())).toBeGreaterThan(2 * WINDOW - 2 * VALUE_BYTES);
  });

  it("sends a new value with the first part of many old ones", () => {
    const { clock, latest, batcher, accept } = memberBehind(MANY);
    accept("new");
    batcher.recompute("n1");
    clock.advance(100);
    const values = latest().flatMap((message) => message.values);
    expect(values).toContain("new");
    expect(values.length).toBeLessThan(MANY);
  });

  it("takes no room for new values from the old ones, however many ranges they have", () => {
    const { clock, log, latest, batcher } = memberBehind(0);
    for (let actor = 0; actor < 1_000; actor++) log.merge([[`m${actor}@1`, 1, 1]], [`new ${actor}`], [clock.now()]);
    const old = Array.from({ length: MANY }, (_, index) => `old ${index}`.padEnd(VALUE_BYTES, "."));
    log.merge([["n9@1", 1, MANY]], old, [0]);
    batcher.flush("n1");
    const values = latest().flatMap((message) => message.values);
    const oldBytes = values.filter((value) => old.includes(String(value))).length * VALUE_BYTES;
    expect(values.filter((value) => String(value).startsWith("new"))).toHaveLength(1_000);
    expect(oldBytes).toBeGreaterThan(WINDOW - 2 * VALUE_BYTES);
    expect(oldBytes).toBeLessThan(WINDOW + 2 * VALUE_BYTES);
  });

  it("sends a suspect everything at once: it would acknowledge no part", () => {
    const { clock, values, peer, latest, repair } = memberBehind(MANY);
    peer.markSuspect();
    repair();
    expect(numbersOf(latest())).toHaveLength(values.length);
    expect(clock.nextDue()).toBeUndefined();
  });
});
