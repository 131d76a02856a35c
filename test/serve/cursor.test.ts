import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cursor, LONGEST_CURSOR, readCursor, writeCursor } from "../../src/serve/events/cursor.js";
import { Seen } from "../../src/serve/events/seen.js";
import { SELECTION } from "../../src/serve/events/selection.js";

const member = fc
  .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
  .filter((id) => id.trim() === id && !/\p{Surrogate}/u.test(id));
const dots = fc.array(
  fc.tuple(
    fc.tuple(member, fc.maxSafeNat()).map(([id, incarnation]) => `${id}@${incarnation}`),
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 1, max: 20 }),
  ),
  { maxLength: 20 },
);

const selection = fc.option(fc.oneof(fc.constant("*"), fc.stringMatching(SELECTION)), { nil: undefined });

describe("a cursor", () => {
  it("names the same values after it was written and read", () => {
    fc.assert(
      fc.property(dots, selection, (ranges, topic) => {
        const seen = Seen.of(ranges);
        const read = readCursor(writeCursor(seen, topic) as string) as Cursor;
        expect([...read.seen.ranges()]).toEqual([...seen.ranges()]);
        expect(read.seen.count).toBe(seen.count);
        expect(read.topic).toBe(topic);
      }),
    );
  });

  it("has only characters that a header and an address can carry", () => {
    fc.assert(
      fc.property(dots, selection, (ranges, topic) => {
        expect(writeCursor(Seen.of(ranges), topic)).toMatch(/^[\w;:,@%.!~*'()/-]*$/);
      }),
    );
  });

  it("is short", () => {
    expect(writeCursor(Seen.of([["a@1719000000000", 1, 500]]))).toBe(
      "1;a@lxp3lxc0:1-500".replace("lxp3lxc0", (1719000000000).toString(36)),
    );
  });

  it("is not written if it is longer than a header may be", () => {
    const many = Array.from({ length: 5000 }, (_, index) => [`member-${index}@1719000000000`, 1, 1] as const);
    expect(writeCursor(Seen.of(many))).toBeUndefined();
  });

  it.each([
    "",
    "2;a@1:1",
    "1;a@1",
    "1;a:1",
    "1;a@1:0",
    "1;a@1:5-4",
    "1;a@1:1,",
    "1;@1:1",
    "1;%E0%A4%A@1:1",
    "1;a@1:99999999999999999",
    `1;${"a".repeat(LONGEST_CURSOR)}@1:1`,
  ])("is refused if it is none: %.30s", (text) => {
    expect(readCursor(text)).toBeUndefined();
  });

  it("is read without trouble whatever a client sends", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        readCursor(`1;${text}`);
      }),
    );
  });
});
