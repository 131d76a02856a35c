import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
// @ts-expect-error: the examples are plain JavaScript
import { udpTransport } from "../../examples/udp/udp-transport.js";
import { transportChecks } from "../../src/testing/transport-compliance.js";
import { freeUdpPorts } from "../support/free-ports.js";

const program = new URL("../../examples/udp/main.js", import.meta.url).pathname;

describe("the example over UDP", () => {
  it("brings every value to every member, though one message in ten is lost", async () => {
    const ports = (await freeUdpPorts(3)).map(String);
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...ports]);
    expect(stdout).toBe("all 3 members have all 30 values, though messages were lost: true\n");
  });
});

describe("the transport of that example", () => {
  const checks = transportChecks(async () => {
    const log: string[] = [];
    const [a, b, c] = await freeUdpPorts(3);
    const members = { a: `127.0.0.1:${a}`, b: `127.0.0.1:${b}`, c: `127.0.0.1:${c}` };
    return {
      open: (id) => udpTransport({ id, members, log: { line: (text: string) => log.push(text) } }),
      log,
      forAbsentMember: { maxBytes: 0, keeps: "nothing" },
      // The receiver's socket buffers datagrams, and then loses some.
      forSlowMember: { maxBytes: 2 ** 19, keeps: "some" },
    };
  });
  for (const { name, run } of checks) it(name, run);

  it("ignores datagrams that are no messages, and those of strangers", async () => {
    const [a, b] = await freeUdpPorts(2);
    const lines: string[] = [];
    const members = { a: `127.0.0.1:${a}`, b: `127.0.0.1:${b}` };
    const transport = await udpTransport({ id: "a", members, log: { line: (text: string) => lines.push(text) } });
    const heard: unknown[] = [];
    const arrived = new Promise<void>((resolve) =>
      transport.onMessage((from: string, body: unknown) => {
        heard.push([from, body]);
        resolve();
      }),
    );
    const socket = createSocket("udp4");
    for (const text of ["", "rubbish", '["x","a"]{}', '["b","c"]{}', "[1]{", '["b","a"]{"is":"a message"}'])
      socket.send(text, a as number, "127.0.0.1");
    await arrived;
    await transport.close();
    socket.close();
    expect(heard).toEqual([["b", { is: "a message" }]]);
    expect(lines).toEqual([0, 7, 4].map((bytes) => `dropped a datagram of ${bytes} bytes: it is no message`));
  });
});
