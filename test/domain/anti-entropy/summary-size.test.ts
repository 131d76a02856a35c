import { describe, expect, it } from "vitest";
import { pack, type SummaryContent } from "../../../src/domain/anti-entropy/summary.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import type { DotPlace, DotSpan } from "../../../src/domain/values/dot-spans.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";

/** A number of as many digits as there can be. */
const LARGE = 2 ** 53 - 1_000;

const place = (name: string): DotPlace => [`${name}@1838492391000000`, LARGE];
const print = (from: string | null, to: string | null) => ({ span: span(from, to), known: LARGE });
const list = (from: string | null, to: string | null, ...ranges: DotRange[]) => ({
  span: span(from, to),
  known: VersionVector.of(ranges).toWire(),
});
const span = (from: string | null, to: string | null): DotSpan => [
  from === null ? null : place(from),
  to === null ? null : place(to),
];
const dot = (name: string): DotRange => [`${name}@1838492391000000`, LARGE, 1];
const bytesOf = ({ places, known }: SummaryContent) => JSON.stringify(places).length + JSON.stringify(known).length;

/** The least room in which the sections are one message. */
function leastRoom(sections: Parameters<typeof pack>[0]): number {
  for (let room = 50; ; room++) if ([...pack(sections, room)].length === 1) return room;
}

describe("a message of a summary", () => {
  // The estimate counts a comma after each place and each section, and two bytes more for each place, and for each list.
  it.each([
    ["a list of several authors, some with long ids", [list(null, null, dot("a"), dot("b".repeat(60)), dot("c"))], 8],
    ["fingerprints that follow one another", [print(null, "a"), print("a", "b"), print("b", "c")], 9],
    ["fingerprints with gaps between them", [print("a", "b"), print("c", "d"), print("e", "f")], 15],
    ["a fingerprint before a list", [print(null, "a"), list("a", "c", dot("b"))], 12],
    ["a list before a fingerprint", [list("a", "c", dot("b")), print("c", "d")], 14],
    ["a list, a gap and a list", [list("a", "c", dot("b")), list("d", null, dot("e"))], 19],
    ["an empty list before a fingerprint", [list(null, "c"), print("c", null)], 10],
    ["an empty list after a fingerprint", [print(null, "c"), list("c", null)], 10],
  ])("takes %s exactly if it has room for it", (_, sections, allowance) => {
    const room = leastRoom(sections);
    const [message] = [...pack(sections, room)];
    expect(room - bytesOf(message as SummaryContent)).toBe(allowance);
  });

  it("never takes more than its room, wherever a list has to be cut", () => {
    const names = ["b", "b".repeat(80), "c", "d".repeat(50), "e", "f".repeat(90)];
    const sections = [print("A", "a"), list("a", "g", ...names.map(dot)), print("g", "h"), list("i", null, dot("j"))];
    for (let room = 350; room < 800; room += 3) {
      const messages = [...pack(sections, room)];
      expect(messages.length).toBeGreaterThan(1);
      for (const message of messages) expect(bytesOf(message)).toBeLessThanOrEqual(room);
    }
  });

  it("leaves the whole list to the next one if no part of it fits", () => {
    const long = list("a", null, dot("b".repeat(200)));
    expect([...pack([print(null, "a"), long], 300)]).toEqual([
      { places: [null, place("a")], known: [LARGE] },
      { places: long.span, known: [long.known] },
    ]);
  });
});
