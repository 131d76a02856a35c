import { expect, it } from "vitest";
import { largestValue } from "../../../src/application/wire/value-size.js";
import { RecordingTransport } from "../../domain/support/stubs.js";

it("Every transport carries values of 12 KiB, and a large one what fits into one message", () => {
  const largest = (maxMessageBytes: number) => largestValue(new RecordingTransport(maxMessageBytes));
  expect([largest(1_400), largest(16_384), largest(1_048_576)]).toEqual([12_288, 12_288, 983_040]);
});
