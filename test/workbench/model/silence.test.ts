import { expect, it } from "vitest";
import type { OutputState } from "../../../src/workbench/model/node-host.js";
import { parseExactly } from "../../../src/workbench/model/number-literals.js";
import { whyNoAnswer } from "../../../src/workbench/model/silence.js";

const nothing: OutputState = { bytes: 0, unfinished: 0, closed: false, stopsReading: false, lastWords: [] };

it.each<[why: string | undefined, output: Partial<OutputState> | undefined, stray?: object]>([
  ["it has printed nothing (does it flush its output? Python: print(…, flush=True))", {}],
  ["it has printed 68 bytes and no line break (each message ends with a newline)", { bytes: 68, unfinished: 68 }],
  ["it has printed 1 byte and no line break (each message ends with a newline)", { bytes: 1, unfinished: 1 }],
  ["the last 7 bytes of its output have no line break", { bytes: 90, unfinished: 7 }],
  ["none of its output answers the request", { bytes: 90 }],
  ["it has closed its stdout", { bytes: 90, closed: true }],
  ["it has closed its stdin", { stopsReading: true }],
  ["its init_ok answers message 2; init was message 1", {}, { type: "init_ok", in_reply_to: 2 }],
  ["its init_ok has no in_reply_to; init was message 1", {}, { type: "init_ok" }],
  [
    'its init_ok answers message "1", which is not a number; init was message 1',
    {},
    { type: "init_ok", in_reply_to: "1" },
  ],
  ...["1.0", "1e0"].map((text): [string, object, object] => [
    `its init_ok answers message ${text}, which is a float (Maelstrom distinguishes 1.0 from 1); init was message 1`,
    {},
    { type: "init_ok", in_reply_to: parseExactly(text) },
  ]),
  [
    "its init_ok answers message 12345678901234567890; init was message 1",
    {},
    { type: "init_ok", in_reply_to: parseExactly("12345678901234567890") },
  ],
  [undefined, undefined],
])("%s", (why, output, stray) => {
  const state = output === undefined ? undefined : { ...nothing, ...output };
  expect(whyNoAnswer("init", state, stray as { type: string } | undefined)).toBe(why);
});
