import { describe, expect, it } from "vitest";
import { isInteger, jsonText, mayLoseNumbers, parseExactly } from "../../../src/workbench/model/number-literals.js";

describe("a number is judged by its text", () => {
  it.each(["3.0", "1e0", "1E2", "-0.0", "12345678901234567890", "1e400", "9007199254740993", "-7.00"])(
    "%s keeps it",
    (text) => {
      const line = `{"a":[${text}],"b":"${text}"}`;
      expect(mayLoseNumbers(line)).toBe(true);
      const { a, b } = parseExactly(line) as { a: unknown[]; b: string };
      expect(a[0]).not.toBe(Number(text));
      expect(jsonText(a)).toBe(`[${text}]`);
      expect(b).toBe(text);
    },
  );

  it.each(["0", "-0", "3", "3.5", "1e-1", "9007199254740991"])("%s is a plain number", (text) => {
    expect(parseExactly(text)).toBe(Number(text));
  });

  it("a number written as an integer is one, however large it is", () => {
    for (const text of ["3", "-0", "12345678901234567890"]) expect(isInteger(parseExactly(text))).toBe(true);
    for (const text of ["3.0", "3e0", "3.5", '"3"', "null", "[3]"]) expect(isInteger(parseExactly(text))).toBe(false);
  });
});

it("digits in strings, escapes and keys are left alone", () => {
  const line = '{"a \\"1.0":"x\\\\","1.0":{"number":"2.0"},"c":3.0}';
  expect(jsonText(parseExactly(line))).toBe('{"a \\"1.0":"x\\\\","1.0":{"number":"2.0"},"c":3.0}');
});

it("a line of more than a megabyte is parsed, too", () => {
  const line = `{"a":"${"x1.0\\n".repeat(200_000)}","b":1.0}`;
  expect(jsonText((parseExactly(line) as { b: unknown }).b)).toBe("1.0");
});

it("of a key that comes twice the last value counts, and no key reaches the prototype", () => {
  const parsed = parseExactly('{"a":1.0,"a":2,"__proto__":{"b":1.0}}') as Record<string, unknown>;
  expect(parsed.a).toBe(2);
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  expect(jsonText(parsed)).toBe('{"a":2,"__proto__":{"b":1.0}}');
});

it("is parsed at every depth at which the bench accepts a line", () => {
  const depth = 2000;
  expect(jsonText(parseExactly(`${"[".repeat(depth)}1.0${"]".repeat(depth)}`))).toHaveLength(2 * depth + 3);
});
