import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { typeOf } from "../../../src/workbench/model/message.js";
import { excerpt, printable, printableJson, shownName } from "../../../src/workbench/model/printable.js";
import { TrafficMeter } from "../../../src/workbench/model/traffic.js";
import { describeViolation } from "../../../src/workbench/model/violation.js";

/** Characters that control a terminal: C0, DEL, C1, and marks that turn the direction of the text. */
const OBEYED = /[\p{Cc}\u202A-\u202E\u2066-\u2069\u2028\u2029]/u;
const anything = fc.string({ unit: fc.oneof(fc.nat({ max: 0xa0 }), fc.nat({ max: 0x2070 })).map(String.fromCharCode) });

it("no character that controls a terminal is left, and other text stays", () => {
  fc.assert(
    fc.property(anything, (text) => {
      for (const shown of [printable(text), excerpt(text), shownName(text)]) expect(shown).not.toMatch(OBEYED);
      const violation = { rule: "not-json", node: "n0", time: 0, problem: text, text } as const;
      expect(describeViolation(violation)).not.toMatch(OBEYED);
    }),
  );
  expect(printable("\x1b[31mred\x1b[0m\x9b2J\r\n\t\0\u202Eevil\ud800")).toBe(
    "\\x1b[31mred\\x1b[0m\\x9b2J\\r\\n\\t\\x00\\u202eevil\\ud800",
  );
  expect(printable("Grüße, 世界 👩‍👧")).toBe("Grüße, 世界 👩‍👧");
});

it("JSON represents the same value", () => {
  fc.assert(
    fc.property(fc.dictionary(anything, anything), (value) => {
      const text = printableJson(value, 2);
      expect(text.replaceAll("\n", "")).not.toMatch(OBEYED);
      expect(JSON.parse(text)).toEqual(value);
    }),
  );
});

it("a long name is shortened", () => {
  expect(shownName("x".repeat(1e6))).toBe(`${"x".repeat(60)}… (1000000 characters)`);
});

it("types are counted whatever their names are, up to a bound", () => {
  const meter = new TrafficMeter();
  const odd = ["__proto__", "constructor", "toString", "hasOwnProperty", "10", "9", ""];
  for (const [index, type] of odd.entries()) for (let times = 0; times <= index; times++) meter.betweenServers(type, 2);
  const written = JSON.parse(printableJson(meter.snapshot())).servers.byType;
  expect(Object.entries(written)).toHaveLength(odd.length);
  for (const [index, type] of odd.entries())
    expect(Object.getOwnPropertyDescriptor(written, type)?.value).toEqual({ count: index + 1, bytes: 2 * (index + 1) });

  for (let type = 0; type < 5000; type++) meter.betweenServers(`type ${type}`, 1);
  const { byType } = meter.snapshot().servers;
  expect(Object.keys(byType)).toHaveLength(1001);
  expect(byType["(other types)"]?.count).toBe(5000 - (1000 - odd.length));
});

it("an excerpt of a long text does not keep the text in memory", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const long = (letter: string) => letter.repeat(8 * 2 ** 20).toString();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 30 }, (_, index) => {
    const text = Buffer.from(long(String.fromCharCode(65 + index))).toString("latin1");
    return [excerpt(text), shownName(text), typeOf({ type: text })];
  });
  collectGarbage();
  expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(40);
  expect(kept[1]).toEqual([
    `${"B".repeat(200)}… (8388608 characters)`,
    `${"B".repeat(60)}… (8388608 characters)`,
    `${"B".repeat(200)}…`,
  ]);
});
