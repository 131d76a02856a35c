import { describe, expect, it } from "vitest";
import type { Gossip } from "../../../src/domain/messages.js";
import { jsonSize } from "../../../src/domain/values/json-value.js";
import { bytesOf, CHECK, MANY, memberBehind, numbersOf, VALUE_BYTES, WINDOW } from "../support/member-behind.js";

describe("RepairWindow", () => {
  it("sends a member that has missed many values a part, and the next one once that is acknowledged", () => {
    const { clock, values, latest, repair, acknowledge } = memberBehind(MANY);
    repair();
    const parts: Gossip[][] = [];
    for (let part = latest(); part.length > 0; part = latest()) {
      parts.push(part);
      expect(part.at(-1)).toMatchObject({ values: [], ask: true });
      clock.advance(500);
      expect(latest()).toEqual([]);
      acknowledge(part);
      clock.advance(CHECK);
    }
    const sizes = parts.map(bytesOf);
    for (const [index, size] of sizes.slice(0, -1).entries()) {
      const window = WINDOW * 2 ** index;
      expect(size).toBeGreaterThan(window - 2 * VALUE_BYTES);
      expect(size).toBeLessThan(window + 2 * VALUE_BYTES);
    }
    expect(parts.flatMap(numbersOf)).toEqual(values.map((_, index) => index));
  });

  it("sends at once what fits into the first window", () => {
    const { latest, repair, values } = memberBehind(20);
    repair();
    const messages = latest();
    expect(numbersOf(messages)).toHaveLength(values.length);
    expect(messages.some(({ ask }) => ask === true)).toBe(false);
  });

  it("sends new values at once, and no waiting ones with them", () => {
    const { clock, latest, repair, accept, acknowledge } = memberBehind(MANY);
    repair();
    const first = latest();
    accept("new");
    clock.advance(100);
    expect(latest().map(({ values }) => values)).toEqual([["new"]]);
    // The part, not the new value, decides when the next one leaves.
    acknowledge(first);
    clock.advance(CHECK);
    expect(numbersOf(latest())[0]).toBe(numbersOf(first).length);
  });

  it("sends many new values at once: a burst is no repair", () => {
    const { clock, latest, batcher, accept } = memberBehind(0);
    for (let value = 0; value < MANY; value++) accept(`${value}`.padEnd(VALUE_BYTES, "."));
    clock.advance(100);
    expect(numbersOf(latest())).toHaveLength(MANY);
    batcher.flush("n1");
    expect(latest()).toEqual([]);
  });

  it("bounds what a batch for a new member carries as well", () => {
    const { clock, latest, batcher } = memberBehind(MANY);
    batcher.recompute("n1");
    clock.advance(100);
    expect(bytesOf(latest())).toBeLessThan(WINDOW + 2 * VALUE_BYTES);
  });

  it("another comparison while a part is on its way sends nothing more", () => {
    const { latest, repair } = memberBehind(MANY);
    repair();
    latest();
    repair();
    expect(latest()).toEqual([]);
  });

  it("halves the window when the member takes long, down to the smallest", () => {
    const { clock, latest, repair, acknowledge } = memberBehind(MANY);
    repair();
    const sizes: number[] = [];
    for (let part = 0; part < 5; part++) {
      const messages = latest();
      sizes.push(bytesOf(messages));
      clock.advance(2_000);
      acknowledge(messages);
      clock.advance(CHECK);
    }
    for (const [index, size] of sizes.entries()) {
      const window = Math.max(WINDOW / 2 ** index, 4_096);
      expect(size).toBeGreaterThan(window - 2 * VALUE_BYTES);
      expect(size).toBeLessThan(window + 2 * VALUE_BYTES);
    }
  });

  it("sends 4 KiB at a time, however slow the member is", () => {
    const { clock, latest, repair, acknowledge } = memberBehind(1_000, { size: 100 });
    repair();
    let part = latest();
    for (let slow = 0; slow < 6; slow++) {
      clock.advance(2_000);
      acknowledge(part);
      clock.advance(CHECK);
      part = latest();
    }
    expect(bytesOf(part)).toBeGreaterThan(4_096 - 200);
    expect(bytesOf(part)).toBeLessThan(4_096 + 200);
  });

  it("sends 4 MiB at a time at most, however quick the member is", () => {
    const { clock, latest, repair, acknowledge } = memberBehind(21, { size: 1_000_000 });
    repair();
    const counts: number[] = [];
    for (let part = latest(); part.length > 0; part = latest()) {
      counts.push(numbersOf(part).length);
      acknowledge(part);
      clock.advance(CHECK);
    }
    // From 32 KiB on, each part is twice as large as the one before.
    expect(counts).toEqual([1, 1, 1, 1, 1, 2, 3, 5, 5, 1]);
  });

  it("looks every 50 ms whether a part is acknowledged", () => {
    const { clock, latest, repair, acknowledge } = memberBehind(MANY);
    repair();
    acknowledge(latest());
    clock.advance(49);
    expect(latest()).toEqual([]);
    clock.advance(1);
    expect(latest().length).toBeGreaterThan(0);
  });

  it.each([
    ["are new for 10 s, and do not wait", 9_950, true],
    ["wait from then on", 10_050, false],
  ])("sends values that %s", (_, age, isNew) => {
    const { clock, latest, log, batcher } = memberBehind(0);
    for (let value = 0; value < MANY; value++) log.accept(`${value}`.padEnd(VALUE_BYTES, "."), clock.now());
    clock.advance(age);
    batcher.flush("n1");
    expect(numbersOf(latest()).length === MANY).toBe(isNew);
  });

  it.each([
    ["by a request of its acknowledgement", true],
    ["by itself, if nobody requests it", false],
  ])("sends half of a lost part again, %s, and goes on", (_, isRequested) => {
    const { clock, values, peer, latest, repair, batcher, complete } = memberBehind(MANY);
    repair();
    const lost = latest();
    peer.giveUpUntil(clock.now());
    if (isRequested) batcher.resend("n1");
    else clock.advance(CHECK);
    const again = latest();
    expect(bytesOf(again)).toBeLessThan(bytesOf(lost) / 2 + 2 * VALUE_BYTES);
    expect(numbersOf(lost)).toEqual(expect.arrayContaining(numbersOf(again)));
    peer.giveUpUntil(clock.now());
    batcher.resend("n1");
    expect(new Set(complete())).toEqual(new Set(values.keys()));
  });

  it("sends the next part once a part counts as arrived, although its acknowledgement was lost", () => {
    const { clock, peer, latest, repair } = memberBehind(MANY);
    repair();
    for (const { number, dots } of latest())
      if (dots.length > 0) peer.outgoing.track(number, dots, clock.now(), { answers: [1, 1] });
    peer.outgoing.trustAnswers(clock.now());
    clock.advance(CHECK);
    expect(numbersOf(latest()).length).toBeGreaterThan(0);
  });

  it("counts what each value takes besides itself", () => {
    const { latest, repair } = memberBehind(2_000, { size: 1, interval: 600 });
    repair();
    const bytes = latest().reduce((sum, message) => sum + jsonSize(message), 0);
    expect(bytes).toBeLessThan(1.5 * WINDOW);
  });

  it("acknowledges what it owes while all other values wait, and repeats a request", () => {
    const { clock, transport, peer, latest, repair, batcher } = memberBehind(MANY);
    repair();
    latest();
    peer.incoming.add(1, 1, clock.now());
    peer.incoming.owedSince = clock.now();
    peer.retractAssumed([]);
    const before = transport.sent.length;
    expect(batcher.flush("n1")).toBe(true);
    expect(transport.sent.slice(before).map(({ body }) => body.type)).toEqual(["gossip_ok"]);
    batcher.requestAck("n1");
    expect(latest()).toEqual([expect.objectContaining({ values: [], ask: true })]);
  });

  it.each(["a comparison", "a batch"])("sends all that waits before the node stops, after %s", (cause) => {
    const { clock, values, latest, repair, batcher } = memberBehind(MANY);
    if (cause === "a comparison") repair();
    else batcher.recompute("n1");
    batcher.flushAll();
    expect(numbersOf(latest())).toHaveLength(values.length);
    clock.advance(10 * CHECK);
    expect(latest()).toEqual([]);
  });

  it("skips what the member has received from others meanwhile", () => {
    const { clock, peer, log, latest, repair, acknowledge } = memberBehind(MANY);
    repair();
    const first = latest();
    peer.confirm(log.known.ranges());
    acknowledge(first);
    clock.advance(10 * CHECK);
    expect(latest()).toEqual([]);
    expect(clock.nextDue()).toBe(undefined);
  });

  it("ends when the member becomes a suspect: its digest will show what it lacks", () => {
    const { clock, peer, log, latest, repair } = memberBehind(MANY);
    repair();
    const sent = numbersOf(latest()).length;
    peer.markSuspect();
    clock.advance(10 * CHECK);
    expect(latest()).toEqual([]);
    expect(clock.nextDue()).toBe(undefined);
    peer.markAlive();
    repair();
    expect(numbersOf(latest())[0]).toBe(0);
    expect(sent).toBeLessThan(log.size);
  });

  it("fills at most so many messages of a small transport at a time", () => {
    for (const size of [10, 400, VALUE_BYTES]) {
      const { clock, latest, repair, acknowledge } = memberBehind(MANY, { maxMessageBytes: 1_400, size });
      repair();
      for (let part = 0; part < 3; part++) {
        const messages = latest();
        expect(messages.filter(({ values }) => values.length > 0).length).toBeLessThanOrEqual(64);
        acknowledge(messages);
        clock.advance(CHECK);
      }
    }
  });

  it("fills at least half as many messages of a small transport with values that half fill them", () => {
    const { latest, repair } = memberBehind(MANY, { maxMessageBytes: 1_400, size: 400 });
    repair();
    expect(latest().length).toBeGreaterThan(32);
  });

  it.each([
    [0, 2],
    [1_000, 2],
    [1_000 + CHECK, 1],
    [2_000, 1],
    [2_000 + CHECK, 0.5],
  ])("adapts the window to the time that a part takes (after %d ms times %d)", (time, factor) => {
    const { clock, latest, repair, acknowledge } = memberBehind(MANY);
    repair();
    const part = latest();
    // The check that finds the part acknowledged comes at this time.
    clock.advance(Math.max(0, time - 1));
    acknowledge(part);
    clock.advance(CHECK);
    const window = factor * WINDOW;
    const size = bytesOf(latest());
    expect(size).toBeGreaterThan(window - 2 * VALUE_BYTES);
    expect(size).toBeLessThan(window + 2 * VALUE_BYTES);
  });

  it("requests the acknowledgement of a part once", () => {
    const { clock, peer, latest, repair, batcher } = memberBehind(MANY);
    repair();
    expect(latest().filter(({ values }) => values.length === 0)).toHaveLength(1);
    peer.giveUpUntil(clock.now());
    batcher.resend("n1");
    const again = latest();
    expect(again.every(({ ask }) => ask === true)).toBe(true);
    expect(again.filter(({ values }) => values.length === 0)).toEqual([]);
  });

  it("ends with the session", () => {
    const { clock, peers, latest, repair } = memberBehind(MANY);
    repair();
    latest();
    peers.endSession();
    expect(clock.nextDue()).toBeUndefined();
  });

  it("sends at least one value at a time, however large", () => {
    const { clock, latest, repair, acknowledge } = memberBehind(5, { size: 3 * WINDOW });
    repair();
    for (let part = 0; part < 5; part++) {
      const messages = latest();
      expect(numbersOf(messages)).toEqual([part]);
      clock.advance(2_000);
      acknowledge(messages);
      clock.advance(CHECK);
    }
    expect(latest()).toEqual([]);
  });
});
