import { describe, expect, it } from "vitest";
import {
  ALIVE,
  type ControlLine,
  isControlLine,
  PING,
  PONG,
  readControlLine,
  writeHello,
  writeMe,
  writeRefusal,
  writeRival,
  writeWho,
} from "../../../src/adapters/tcp/control-lines.js";

const hello = { from: "a", to: "b", life: "x", serial: 1 };
const read = (line: object | string) =>
  readControlLine(Buffer.from(typeof line === "string" ? line : JSON.stringify({ tidecast: 1, ...line })));

describe("a control line", () => {
  it.each<[string, ControlLine]>([
    [writeHello(hello), { kind: "hello", ...hello }],
    [
      writeHello({ ...hello, listens: "h:1", compact: [1, 2] }),
      { kind: "hello", ...hello, listens: "h:1", compact: [1, 2] },
    ],
    [writeHello({ ...hello, serial: 2 ** 31 - 1 }), { kind: "hello", ...hello, serial: 2 ** 31 - 1 }],
    [writeRefusal("why", true), { kind: "refusal", reason: "why", superfluous: true }],
    [writeRefusal("", false), { kind: "refusal", reason: "", superfluous: false }],
    [writeRival("h:1", "h:2"), { kind: "rival", rival: "h:1", you: "h:2" }],
    [writeWho("a"), { kind: "who", from: "a" }],
    [writeMe("a"), { kind: "me", id: "a" }],
    [ALIVE, { kind: "alive" }],
    [PING, { kind: "ping" }],
    [PONG, { kind: "pong" }],
  ])("is one line, and is read as it was written: %j", (line, content) => {
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(isControlLine(Buffer.from(line))).toBe(true);
    expect(readControlLine(Buffer.from(line.slice(0, -1)))).toEqual(content);
  });

  it.each(['{"src":"a","dest":"b","body":{"tidecast":1}}', '{"tidecas', ' {"tidecast":1}', '{"Tidecast":1}', ""])(
    "is not what a message looks like: %j",
    (line) => expect(isControlLine(Buffer.from(line))).toBe(false),
  );

  it.each<[string | object, ControlLine]>([
    [
      { refused: "x".repeat(400), superfluous: "yes" },
      { kind: "refusal", reason: "x".repeat(300), superfluous: false },
    ],
    [
      { ...hello, listens: 7, compact: [1, "2", 1.5, null, 3] },
      { kind: "hello", ...hello, compact: [1, 3] },
    ],
    [
      { ...hello, listens: "", compact: 1 },
      { kind: "hello", ...hello },
    ],
    [
      { ...hello, ping: 1, pong: "true", alive: {}, who: "", me: 5, rival: "h:1", you: "" },
      { kind: "hello", ...hello },
    ],
    [
      { ...hello, rival: "", you: "h:1" },
      { kind: "hello", ...hello },
    ],
  ])("of another form is read as far as it is understood: %j", (line, content) => expect(read(line)).toEqual(content));

  it.each<[string | object, string]>([
    ["", "it does not speak Tidecast's protocol"],
    ["7", "it does not speak Tidecast's protocol"],
    ["null", "it does not speak Tidecast's protocol"],
    ['"tidecast"', "it does not speak Tidecast's protocol"],
    ["[]", "it does not speak Tidecast's protocol"],
    ['{"tide":1}', "it does not speak Tidecast's protocol"],
    ['{"tidecast":null}', "it speaks version null of the protocol, but this node speaks version 1"],
    [
      `{"tidecast":"${"9".repeat(50)}"}`,
      `it speaks version "${"9".repeat(19)} of the protocol, but this node speaks version 1`,
    ],
    [{}, "its hello lacks one of from, to, life and serial"],
    [{ ...hello, from: "" }, "its hello lacks one of from, to, life and serial"],
    [{ ...hello, from: 1 }, "its hello lacks one of from, to, life and serial"],
    [{ ...hello, to: "" }, "its hello lacks one of from, to, life and serial"],
    [{ ...hello, to: null }, "its hello lacks one of from, to, life and serial"],
    [{ ...hello, life: "" }, "its hello lacks one of from, to, life and serial"],
    [{ ...hello, serial: undefined }, "its hello lacks one of from, to, life and serial"],
    [
      { ...hello, serial: "9".repeat(50) },
      `its hello has the invalid serial "${"9".repeat(29)}; it must be a whole number from 1 to 2147483647`,
    ],
    [
      { ...hello, serial: 2 ** 31 },
      "its hello has the invalid serial 2147483648; it must be a whole number from 1 to 2147483647",
    ],
    [{ ...hello, serial: 0 }, "its hello has the invalid serial 0; it must be a whole number from 1 to 2147483647"],
  ])("that is not understood gets a description of the problem: %j", (line, problem) =>
    expect(read(line)).toEqual({ kind: "unknown", problem }),
  );
});
