import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { type MemoryJournalOptions, MemoryJournals } from "../../../src/adapters/memory-journal/memory-journals.js";
import { type JournalRecord, JournalUnavailable } from "../../../src/domain/ports/journal.js";

function memory(options: MemoryJournalOptions = {}) {
  const clock = new FakeClock();
  const journals = new MemoryJournals(clock, options);
  return { clock, journals, open: (incarnation = 1) => journals.open("n0", incarnation) };
}

const record = (number: number): JournalRecord => ({ author: "n0@1", number, value: number });
const numbers = (records: readonly JournalRecord[]): number[] => records.map(({ number }) => number);

describe("MemoryJournals", () => {
  it("calls all waiting callers at the same time, once the medium has synced the batch", () => {
    const { clock, open } = memory({ gatherTime: 10, syncTime: 3 });
    const { journal } = open();
    const times: number[] = [];
    journal.append(record(1));
    journal.sync(() => times.push(clock.now()));
    clock.advance(4);
    journal.append(record(2));
    journal.sync(() => times.push(clock.now()));
    clock.advance(100);
    journal.sync(() => times.push(clock.now()));
    expect(times).toEqual([13, 13, 104]);
  });

  it("syncs records once a caller waits for them", () => {
    const { clock, open } = memory();
    const { journal } = open();
    journal.append(record(1));
    clock.advance(100);
    let called = 0;
    journal.sync(() => called++);
    expect(called).toBe(0);
    clock.advance(12);
    expect(called).toBe(1);
  });

  it("keeps the records of a closed journal for a larger incarnation", () => {
    const { open } = memory();
    const { journal } = open(50);
    let called = 0;
    journal.append(record(1));
    journal.sync(() => called++);
    journal.close();
    expect(called).toBe(1);
    expect(open(7)).toMatchObject({ records: [record(1)], incarnation: 51, problems: [] });
  });

  it("never opens a journal twice at once, and keeps members apart", () => {
    const { journals, open } = memory();
    open().journal.append(record(1));
    expect(() => open()).toThrow(JournalUnavailable);
    expect(journals.open("n1", 1).records).toEqual([]);
  });

  it.each([
    ["a kill", {}, [1, 2, 3]],
    ["a power cut", { survivors: 0 }, [1]],
    ["a power cut that some records survive", { survivors: 1 }, [1, 2]],
  ])("loses the expected records by %s, and calls no waiting caller", (_, crash, kept) => {
    const { clock, journals, open } = memory({ syncTime: 5 });
    const { journal } = open();
    journal.append(record(1));
    journal.sync(() => {});
    clock.advance(15);
    journal.append(record(2));
    journal.append(record(3));
    let called = 0;
    journal.sync(() => called++);
    clock.advance(10);
    journal.append(record(4));
    journals.crash("n0", { ...crash, torn: true });
    clock.advance(1000);
    expect(called).toBe(0);
    const next = open();
    expect(numbers(next.records)).toEqual(kept);
    expect(next.problems).toEqual([expect.objectContaining({ code: "journal-cut-short" })]);
    next.journal.close();
    expect(open().problems).toEqual([]);
  });

  it("skips damaged records, and reports them", () => {
    const { journals, open } = memory();
    const { journal } = open();
    for (const number of [1, 2, 3]) journal.append(record(number));
    journal.close();
    journals.damage("n0", 1);
    journals.damage("n0", 9);
    const { records, problems } = open();
    expect(numbers(records)).toEqual([1, 3]);
    expect(problems).toEqual([
      expect.objectContaining({ code: "journal-damaged", fields: expect.objectContaining({ offset: 1 }) }),
    ]);
    expect(journals.size("n0")).toBe(3);
  });

  it("never loses a record that it reported as durable, whenever it crashes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("append", "sync", "crash", "close"), fc.integer({ min: 0, max: 12 }))),
        (steps) => {
          const { clock, journals, open } = memory();
          let { journal } = open();
          let appended = 0;
          let durable = 0;
          for (const [step, amount] of steps) {
            if (step === "append") journal.append(record(++appended));
            else if (step === "sync") {
              const mine = appended;
              journal.sync(() => {
                durable = Math.max(durable, mine);
              });
            } else {
              if (step === "crash") journals.crash("n0", { survivors: amount % 3, torn: amount % 2 === 0 });
              else journal.close();
              const next = open();
              const found = numbers(next.records);
              expect(found).toEqual(found.map((_, index) => index + 1));
              expect(found.length).toBeGreaterThanOrEqual(durable);
              appended = found.length;
              journal = next.journal;
            }
            clock.advance(amount);
          }
        },
      ),
    );
  });
});
