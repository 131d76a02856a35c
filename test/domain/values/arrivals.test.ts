import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arrivals } from "../../../src/domain/values/arrivals.js";

interface Row {
  readonly actor: number;
  readonly number: number;
  readonly value: string;
  readonly acceptedAt: number;
  readonly isNew: boolean;
  isDeleted: boolean;
}

/** The arrivals next to a plain list of rows. */
class Modelled {
  readonly arrivals = new Arrivals();
  /** Rows from `start` on. */
  rows: Row[] = [];
  start = 0;
  private next = 0;

  append(actor: number, number: number): void {
    if (this.find(actor, number) >= 0) return;
    const row = { actor, number, value: `v${this.next}`, acceptedAt: (this.next * 7) % 11, isNew: this.next % 3 > 0 };
    this.next++;
    this.rows.push({ ...row, isDeleted: false });
    this.arrivals.append(actor, number, row.value, row.acceptedAt, row.isNew);
  }

  /** Deletes one of the values that are here. */
  delete(pick: number): void {
    const held = this.rows.filter(({ isDeleted }) => !isDeleted);
    const row = held[pick % Math.max(1, held.length)];
    if (row === undefined) return;
    row.isDeleted = true;
    this.arrivals.delete(this.start + this.rows.indexOf(row));
  }

  compress(): void {
    const held = this.rows.filter(({ isDeleted }) => !isDeleted);
    this.start += this.rows.length - held.length;
    this.rows = held;
    this.arrivals.compress();
  }

  find(actor: number, number: number): number {
    const index = this.rows.findIndex((row) => row.actor === actor && row.number === number && !row.isDeleted);
    return index < 0 ? -1 : this.start + index;
  }

  /** Where the run that begins at an index ends. */
  runEnd(index: number, end: number): number {
    const { actor, number } = this.rows[index] as Row;
    let next = index + 1;
    for (; next < end; next++) {
      const row = this.rows[next] as Row;
      if (row.actor !== actor || row.number !== number + next - index || row.isDeleted) break;
    }
    return next;
  }

  expectSame(): void {
    const { arrivals, rows, start } = this;
    expect([arrivals.start, arrivals.end]).toEqual([start, start + rows.length]);
    expect(arrivals.heldCount).toBe(rows.filter(({ isDeleted }) => !isDeleted).length);
    expect(
      [...arrivals].map((arrival) => ({
        actor: arrivals.actorAt(arrival),
        number: arrivals.numberAt(arrival),
        acceptedAt: arrivals.acceptedAt(arrival),
        value: arrivals.valueAt(arrival),
        oldestSince: arrivals.oldestSince(arrival),
        ...(arrivals.valueAt(arrival) !== undefined && {
          isNew: arrivals.isNew(arrival),
          ends: [1, 3, 99].map((most) => arrivals.runEnd(arrival, arrival + most)),
        }),
      })),
    ).toEqual(
      rows.map(({ isDeleted, isNew, value, ...row }, index) => ({
        ...row,
        value: isDeleted ? undefined : value,
        oldestSince: Math.min(...rows.slice(index).map(({ acceptedAt }) => acceptedAt)),
        ...(!isDeleted && {
          isNew,
          ends: [1, 3, 99].map((most) => start + this.runEnd(index, Math.min(index + most, rows.length))),
        }),
      })),
    );
    const dots = [0, 1, 2, 3].flatMap((actor) => Array.from({ length: 40 }, (_, number) => [actor, number] as const));
    expect(dots.map(([actor, number]) => arrivals.find(actor, number))).toEqual(
      dots.map(([actor, number]) => this.find(actor, number)),
    );
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ actor: fc.nat(2), first: fc.nat(30), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ drop: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.constant({ compress: true }) },
);

/** The arrivals of the numbers 1 to `count` of actor 0. */
function numbered(count: number): Arrivals {
  const arrivals = new Arrivals();
  for (let number = 1; number <= count; number++) arrivals.append(0, number, number, 0, true);
  return arrivals;
}

describe("Arrivals", () => {
  it("hold what a plain list of rows would hold", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const modelled = new Modelled();
        for (const step of steps) {
          if ("drop" in step) modelled.delete(step.drop);
          else if ("compress" in step) modelled.compress();
          else for (let at = 0; at < step.count; at++) modelled.append(step.actor, step.first + at);
        }
        modelled.expectSame();
        modelled.compress();
        modelled.append(3, 1);
        modelled.expectSame();
      }),
      { numRuns: 40 },
    );
  });

  it("know nothing before the first value", () => {
    const arrivals = new Arrivals();
    expect([arrivals.find(0, 1), arrivals.heldCount, arrivals.oldestSince(0)]).toEqual([
      -1,
      0,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it("find each of many dots, however large the numbers", () => {
    const arrivals = new Arrivals();
    const numbers = [...Array.from({ length: 1_000 }, (_, index) => index + 1), 2 ** 32 + 1, 2 ** 53 - 1];
    for (const number of numbers) for (const actor of [3, 7]) arrivals.append(actor, number, number, 0, true);
    expect(numbers.map((number) => arrivals.find(3, number))).toEqual(numbers.map((_, index) => 2 * index));
    expect(numbers.map((number) => arrivals.find(7, number))).toEqual(numbers.map((_, index) => 2 * index + 1));
    expect(numbers.filter((number) => arrivals.find(5, number) !== -1)).toEqual([]);
  });

  it.each([2_047, 2_048, 3_000])(
    "are worth compressing once more than 1,024 and half of them are gone (%d rows)",
    (rows) => {
      const arrivals = numbered(rows);
      const needed = Math.max(1_025, Math.floor(rows / 2) + 1);
      for (let arrival = 0; arrival < needed - 1; arrival++) arrivals.delete(arrival);
      expect(arrivals.isSparse).toBe(false);
      arrivals.delete(needed - 1);
      expect(arrivals.isSparse).toBe(true);
      arrivals.compress();
      expect(arrivals.isSparse).toBe(false);
      expect([arrivals.start, arrivals.end, arrivals.heldCount]).toEqual([needed, rows, rows - needed]);
    },
  );
});
