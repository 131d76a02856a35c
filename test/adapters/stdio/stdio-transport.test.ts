import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { StdioTransport } from "../../../src/adapters/stdio/stdio-transport.js";
import { RecordingLog } from "../../application/recording-ports.js";

function open() {
  const input = new PassThrough();
  const output = new PassThrough();
  const log = new RecordingLog();
  const transport = new StdioTransport(input, output, log);
  const messages: { from: string; body: unknown; inexact: string | undefined }[] = [];
  const listen = () =>
    transport.onMessage((from, body, notes) => messages.push({ from, body, inexact: notes?.inexactNumber() }));
  return { input, output, log, transport, messages, listen };
}

/** The results of a transport for an input that ends. */
async function take(bytes: string | Buffer) {
  const all = open();
  all.transport.identify("n0");
  all.listen();
  all.input.end(bytes);
  await all.transport.ended;
  return all;
}

const message = (body: string, dest = "n0") => `{"src":"c1","dest":"${dest}","body":${body}}`;

describe("StdioTransport", () => {
  it("delivers messages that came before there was a listener", async () => {
    const { input, transport, messages, listen } = open();
    input.end(`${message('{"a":1}')}\n`);
    listen();
    await transport.ended;
    expect(messages).toEqual([{ from: "c1", body: { a: 1 }, inexact: undefined }]);
  });

  it("accepts CRLF, empty lines, and a last line without its newline", async () => {
    const { messages, log } = await take(`\r\n\n \t\n${message('{"a":1}')}\r\n${message('{"a":2}')}`);
    expect(messages.map(({ body }) => body)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(log.lines).toEqual([]);
  });

  it("reports a number that a double cannot represent", async () => {
    const { messages } = await take(`${message('{"a":9007199254740993}')}\n${message('{"a":9007199254740992}')}\n`);
    expect(messages.map(({ inexact }) => inexact)).toEqual(["9007199254740993", undefined]);
  });

  it.each([
    ["not JSON", "rubbish"],
    ["a cut message", '{"src":"c1","dest":"n0","bo'],
    ["a list", "[]"],
    ["null", "null"],
    ["a message without src", '{"dest":"n0","body":{}}'],
    ["a message without dest", '{"src":"c1","body":{}}'],
    ["a message without body", '{"src":"c1","dest":"n0"}'],
    ["a body that is a list", message("[]")],
    ["a body that is null", message("null")],
    ["invalid UTF-8", Buffer.from(message('{"a":"\xff"}'), "latin1")],
    ["a message for another node", message("{}", "n7")],
    ["a megabyte of rubbish", "\u0000".repeat(1_000_000)],
  ])("drops %s with one short line, and continues", async (_, bad) => {
    const lines = [message('{"a":1}'), bad, message('{"a":2}')].map((line) =>
      Buffer.concat([Buffer.from(line), Buffer.from("\n")]),
    );
    const { messages, log } = await take(Buffer.concat(lines));
    expect(messages.map(({ body }) => body)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.length).toBeLessThan(700);
  });

  it("answers under the id that messages used until it knows its own", async () => {
    const { input, output, transport, listen } = open();
    listen();
    transport.onMessage((from) => transport.send(from, {}));
    input.end(`${message("{}", "n3")}\n`);
    await transport.ended;
    await transport.close();
    expect(String(output.read())).toBe('{"src":"n3","dest":"c1","body":{}}\n');
  });

  it("processes a line of 10 MB and drops one of over 16 MiB", async () => {
    const value = "ü".repeat(5_000_000);
    const { messages, log } = await take(
      `${message(`{"a":"${value}"}`)}\n${message(`{"a":"${"x".repeat(16 * 2 ** 20)}"}`)}\n${message('{"a":1}')}\n`,
    );
    expect(messages.map(({ body }) => (body as { a: unknown }).a)).toEqual([value, 1]);
    expect(log.lines).toHaveLength(1);
  });

  it("writes one message a line, and waits for a slow reader before it is closed", async () => {
    const received: string[] = [];
    const release: (() => void)[] = [];
    const slow = new Writable({
      write(chunk, _, done) {
        received.push(String(chunk));
        release.push(done);
      },
    });
    const transport = new StdioTransport(new PassThrough(), slow, new RecordingLog());
    transport.identify("n0");
    transport.send("c1", { a: "line\nbreak" });
    transport.send("n1", { b: 2 });
    let closed = false;
    const closing = transport.close().then(() => {
      closed = true;
    });
    expect(closed).toBe(false);
    while (release.length > 0) {
      expect(closed).toBe(false);
      release.shift()?.();
      await new Promise(setImmediate);
    }
    await closing;
    expect(received.join("")).toBe(
      '{"src":"n0","dest":"c1","body":{"a":"line\\nbreak"}}\n{"src":"n0","dest":"n1","body":{"b":2}}\n',
    );
  });

  it("writes messages in their order, the long lists that some of them share included", async () => {
    const { output, transport } = open();
    transport.identify("n0");
    const values = Array.from({ length: 100_000 }, (_, index) => index);
    const bodies = [1, 2, 3, 4, 5].map((a) => (a === 3 ? { a } : { a, values }));
    for (const body of bodies) transport.send("n1", body);
    const written = text(output);
    await transport.close();
    output.end();
    const lines = (await written).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).body)).toEqual(bodies);
  });

  it("hands a mebibyte to the output at once, whatever it consists of", () => {
    const { output, transport } = open();
    const values = Array.from({ length: 20_000 }, (_, index) => index);
    const size = JSON.stringify(values).length;
    const fits = Math.floor(2 ** 20 / size);
    for (let times = 0; times < fits; times++) transport.send("n1", { values });
    expect(output.writableLength).toBe(0);
    transport.send("n1", { values });
    expect(output.writableLength).toBeGreaterThan(2 ** 20);
  });

  it("stops reading while more than 64 MiB wait for a slow reader, and starts again afterwards", async () => {
    const input = new PassThrough();
    const writes: (() => void)[] = [];
    const slow = new Writable({ write: (_chunk, _encoding, done) => void writes.push(done) });
    const transport = new StdioTransport(input, slow, new RecordingLog());
    transport.onMessage(() => {});
    const values = Array.from({ length: 500_000 }, (_, index) => index);
    const size = JSON.stringify(values).length;
    const fits = Math.floor((64 * 2 ** 20) / (size + 100));
    for (let times = 0; times < fits; times++) transport.send("n1", { values });
    expect(input.isPaused()).toBe(false);
    transport.send("n1", { values });
    expect(input.isPaused()).toBe(true);
    while (input.isPaused() && writes.length > 0) {
      writes.shift()?.();
      await new Promise(setImmediate);
    }
    expect(input.isPaused()).toBe(false);
  });

  it("ends quietly when its output is closed", async () => {
    const { output, transport, log, listen, input } = open();
    listen();
    output.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await transport.ended;
    transport.send("c1", {});
    await transport.close();
    expect(log.lines).toEqual([]);
    expect(input.destroyed).toBe(true);
  });
});
