import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findInexactNumber } from "../../../src/application/wire/exact-numbers.js";

/** The exact value of a decimal literal as a whole multiple of 10^-400. */
function scaled(literal: string): bigint {
  const [mantissa = "", exponent = "0"] = literal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(400 + Number(exponent) - fraction.length);
}

const digits = (minLength: number, maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength }).map((list) => list.join(""));

/** Numbers as JSON writes them, of any length up to a few dozen digits. */
const literal = fc
  .record({
    sign: fc.constantFrom("", "-"),
    whole: digits(1, 25).map((text) => text.replace(/^0+(?=\d)/, "")),
    fraction: fc.option(digits(1, 25), { nil: undefined }),
    exponent: fc.option(fc.integer({ min: -300, max: 280 }), { nil: undefined }),
  })
  .map(({ sign, whole, fraction, exponent }) =>
    [sign, whole, fraction === undefined ? "" : `.${fraction}`, exponent === undefined ? "" : `e${exponent}`].join(""),
  );

describe("findInexactNumber", () => {
  it.each([
    "0",
    "-0",
    "1.0",
    "1e2",
    "0.1",
    "1E+5",
    "-12.50",
    "9007199254740992",
    "1e23",
    "5e-324",
    "1e308",
    "0e999999999",
  ])("accepts %s as exact", (number) => {
    expect(findInexactNumber(number)).toBeUndefined();
  });

  it.each([
    "0.30000000000000004",
    "1234.5678901234567",
    "123456789012345680000",
    "100000000000000000000000.00",
    "0.000e-99999999999999999999",
  ])("accepts %s as exact in spite of its length", (number) => {
    expect(findInexactNumber(number)).toBeUndefined();
  });

  it.each([
    "9007199254740993",
    "-9007199254740993",
    "1e400",
    "1E400",
    "-1e400",
    "1e-400",
    "0.1000000000000000055511151231257827",
    "1e99999999999999999999999",
    "1e-99999999999999999999999",
    "123456789012345678901",
  ])("finds %s", (number) => {
    expect(findInexactNumber(`{"a":[1, "x", ${number}]}`)).toBe(number);
  });

  it("finds a whole number that is too large without an exponent", () => {
    expect(findInexactNumber(`1${"0".repeat(400)}`)).toHaveLength(401);
  });

  it("agrees with exact arithmetic on every number", () => {
    fc.assert(
      fc.property(literal, (number) => {
        const unsigned = number.replace(/^-/, "");
        const exact = scaled(unsigned) === scaled(String(Number(unsigned)));
        expect(findInexactNumber(number)).toBe(exact ? undefined : number);
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not mistake the text of strings for numbers", () => {
    expect(findInexactNumber('{"9007199254740993":"1e400 \\" 9007199254740993 \\\\","b":1}')).toBeUndefined();
    expect(findInexactNumber('{"a":"\\\\","b":1e400}')).toBe("1e400");
    fc.assert(fc.property(fc.string(), (text) => findInexactNumber(JSON.stringify([text, 1])) === undefined));
  });

  it("accepts every number that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(findInexactNumber(JSON.stringify(number))).toBeUndefined();
      }),
    );
  });

  it("takes time in proportion to the text: megabytes of digits, quotes and backslashes are no attack", () => {
    const megabyte = 2 ** 20;
    expect(findInexactNumber(`1${"0".repeat(megabyte)}1`)).toHaveLength(megabyte + 2);
    expect(findInexactNumber(`0.${"0".repeat(megabyte)}`)).toBeUndefined();
    expect(findInexactNumber(`["${'\\"'.repeat(megabyte)}", "${"\\\\".repeat(megabyte)}"]`)).toBeUndefined();
  });
});
