import { expect, it } from "vitest";
import { oneLine } from "../../../src/domain/log/one-line.js";

it.each([
  ["a reason", "a reason"],
  ["two\nlines", "two lines"],
  ["lines\r\n\r\nof Windows\n", "lines of Windows "],
])("%j takes one line of a log", (text, line) => {
  expect(oneLine(text)).toBe(line);
});
