import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { addresses, advanceUntil, impostor, openNode, Stranger, settle, until } from "./support.js";

const SECRET = { type: "gossip", values: ["a secret value"] };

/** A node `a` with messages for `b`, while no node listens as `b`, and its hello to `b`. */
async function nodeWithSecrets() {
  const members = await addresses();
  const clock = new FakeClock();
  const node = await openNode({ id: "a", members }, clock);
  node.transport.send("b", SECRET);
  await until(() => node.log.lines.length > 0, "the first attempt to reach b to fail");
  node.log.lines.length = 0;
  return { ...node, clock, members };
}

const hello = { tidecast: 1, from: "b", to: "a", life: "x", serial: 1 };

describe("a stranger that connects", () => {
  it("receives the values once it is a member, so the tests below mean something", async () => {
    const { members } = await nodeWithSecrets();
    const member = new Stranger(members.a);
    member.say(hello);
    await until(() => member.heard.includes("a secret value"), "the values");
  });

  it.each([
    ["speaks HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "it does not speak Tidecast's protocol"],
    ["says rubbish", "\u0000\u0001\u0002\n", "it does not speak Tidecast's protocol"],
    ["says null", "null\n", "it does not speak Tidecast's protocol"],
    [
      "sends a message at once",
      '{"src":"b","dest":"a","body":{"type":"probe"}}\n',
      "it does not speak Tidecast's protocol",
    ],
    ["says hello without a name", '{"tidecast":1}\n', "its hello lacks one of from, to, life and serial"],
    ["begins with a ping", '{"tidecast":1,"ping":true}\n', "it did not say hello"],
    [
      "is no member",
      `${JSON.stringify({ ...hello, from: "mallory" })}\n`,
      `"mallory" is not in this node's member list; add it on every node`,
    ],
    [
      "has the node's own id",
      `${JSON.stringify({ ...hello, from: "a" })}\n`,
      `"a" is not in this node's member list; add it on every node`,
    ],
    ["looks for another node", `${JSON.stringify({ ...hello, to: "c" })}\n`, 'it wants "c", but this is another node'],
    [
      "speaks another version",
      `${JSON.stringify({ ...hello, tidecast: 2 })}\n`,
      "it speaks version 2 of the protocol, but this node speaks version 1",
    ],
    ...[-1, 0, 1.5, 2 ** 31, 2 ** 53, 1e300, "1", null, [1]].map((serial): [string, string, string] => [
      `counts its hellos by ${JSON.stringify(serial)}`,
      `${JSON.stringify({ ...hello, serial })}\n`,
      `its hello has the invalid serial ${JSON.stringify(serial)}; it must be a whole number from 1 to 2147483647`,
    ]),
    [
      "has an empty life",
      `${JSON.stringify({ ...hello, life: "" })}\n`,
      "its hello lacks one of from, to, life and serial",
    ],
  ])("and %s is told the reason of its refusal, and receives no value", async (_, words, reason) => {
    const { members, log, received } = await nodeWithSecrets();
    const stranger = new Stranger(members.a);
    stranger.socket.write(words);
    await until(() => stranger.closed, "the connection to be closed");
    expect(JSON.parse(stranger.heard)).toEqual({ tidecast: 1, refused: reason, superfluous: false });
    expect(log.lines).toEqual([expect.stringMatching(/^refused a connection from 127\.0\.0\.1:\d+: /)]);
    expect(log.lines[0]).toContain(reason);
    expect(received).toEqual([]);
  });

  it("and never ends its first line is cut off at 4 kB", async () => {
    const { members, log } = await nodeWithSecrets();
    const stranger = new Stranger(members.a);
    stranger.socket.write("x".repeat(5000));
    await until(() => stranger.closed, "the connection to be closed");
    expect(stranger.heard).toBe("");
    expect(log.lines).toEqual([expect.stringContaining("its first line is longer than 4096 bytes")]);
  });

  it("and sends nothing, or a little now and then, is cut off after five seconds", async () => {
    const { members, log, clock } = await nodeWithSecrets();
    const [silent, slow] = [new Stranger(members.a), new Stranger(members.a)];
    await until(() => slow.socket.readyState === "open" && silent.socket.readyState === "open", "the connections");
    await settle();
    for (const piece of ['{"tide', 'cast":', '1,"fr', 'om":"b"']) {
      slow.socket.write(piece);
      clock.advance(1200);
      await settle();
    }
    expect([silent.closed, slow.closed]).toEqual([false, false]);
    clock.advance(300);
    await until(() => silent.closed && slow.closed, "the connections to be closed");
    expect([silent.heard, slow.heard]).toEqual(["", ""]);
    expect(log.lines).toContainEqual(expect.stringContaining("it did not authenticate within 5000 ms"));
  });

  it("and disconnects is not reported", async () => {
    const { members, log } = await nodeWithSecrets();
    const stranger = new Stranger(members.a);
    await until(() => stranger.socket.readyState === "open", "the connection");
    stranger.socket.destroy();
    await settle();
    expect(log.lines).toEqual([]);
  });

  it("holds no more connections than allowed with 1,000 attempts, and members are not disturbed", async () => {
    const members = await addresses();
    const limits = { maxUnauthenticatedPerAddress: 20 };
    const [a, b] = [await openNode({ id: "a", members, limits }), await openNode({ id: "b", members, limits })];
    a.transport.send("b", { number: 0 });
    await until(() => b.received.length === 1, "the first message");
    const crowd: Stranger[] = [];
    for (let attempt = 1; attempt <= 1000; attempt++) {
      crowd.push(new Stranger(members.a));
      if (attempt % 50 !== 0) continue;
      b.transport.send("a", { number: attempt });
      await until(() => a.received.length === attempt / 50, "a message of a member in the crowd");
      await until(() => crowd.filter(({ closed }) => !closed).length <= 20, "the oldest strangers to be closed");
    }
    const c = await openNode({ id: "c", members, limits });
    c.transport.send("a", { newcomer: true });
    await until(() => a.received.some(({ from }) => from === "c"), "a member that connects in the crowd");
    expect(crowd.filter(({ heard }) => heard !== "")).toEqual([]);
    expect(a.log.lines.length).toBeLessThan(10);
    expect(a.log.lines[0]).toBe(
      "closed the oldest of 20 unauthenticated connections from 127.0.0.1, to make room for another one",
    );
  });

  it("is subject to the limit for all connections together", async () => {
    const members = await addresses();
    const a = await openNode({ id: "a", members, limits: { maxConnections: 3 } });
    const crowd = Array.from({ length: 5 }, () => new Stranger(members.a));
    await until(() => crowd.filter(({ closed }) => closed).length === 2, "those above the limit to be closed");
    await settle();
    expect(crowd.filter(({ closed }) => closed)).toHaveLength(2);
    expect(a.log.lines).toEqual([
      "refused a connection from 127.0.0.1: all 3 allowed connections are in use (limits.maxConnections)",
    ]);
  });
});

describe("a stranger that listens on a member's address", () => {
  it.each([
    ["says nothing", "", "it did not answer within 5000 ms"],
    ["hangs up", undefined, "it closed the connection without sending anything"],
    ["says rubbish", "HTTP/1.1 400 Bad Request\r\n", "it does not speak Tidecast's protocol"],
    [
      "counts its hellos downwards",
      `${JSON.stringify({ tidecast: 1, from: "b", to: "a", life: "x", serial: -5 })}\n`,
      "its hello has the invalid serial",
    ],
    ["is another member", `${JSON.stringify({ ...hello, from: "c" })}\n`, ", not b"],
    [
      "speaks another version",
      '{"tidecast":7}\n',
      "it speaks version 7 of the protocol, but this node speaks version 1",
    ],
    ["refuses", '{"tidecast":1,"refused":"not today"}\n', "it refused: not today"],
  ])("and %s receives no value, and is logged once", async (_, words, problem) => {
    const members = await addresses();
    let heard = "";
    let visits = 0;
    await impostor(members.b, (socket) => {
      visits++;
      socket.on("data", (chunk) => {
        heard += String(chunk);
        if (words === undefined) socket.destroy();
        else socket.write(words);
      });
    });
    const clock = new FakeClock();
    const { transport, log } = await openNode({ id: "a", members }, clock);
    transport.send("b", SECRET);
    await advanceUntil(clock, () => visits >= 3, "three attempts", 100);
    expect(heard).toContain('"from":"a"');
    expect(heard).not.toContain("secret");
    expect(log.lines).toEqual([expect.stringContaining(`cannot reach b at ${members.b}: `)]);
    expect(log.lines[0]).toContain(problem);
  });
});

describe("a restarted member", () => {
  it("receives its messages, and its former connection is closed", async () => {
    const { members, transport } = await nodeWithSecrets();
    const [former, present] = [new Stranger(members.a), new Stranger(members.a)];
    former.say(hello);
    await until(() => former.heard.includes("a secret value"), "the values");
    present.say({ ...hello, life: "another" });
    await until(() => former.closed, "the former connection to be closed");
    transport.send("b", { number: 2 });
    await until(() => present.heard.includes('"number":2'), "a message");
    expect(former.heard).not.toContain('"number":2');
  });
});

describe("a misbehaving member", () => {
  it.each([
    ["rubbish", "rubbish", "it is not JSON"],
    ["the name of another", '{"src":"c","dest":"a","body":{}}', 'its src is "c"'],
    ["what is for another", '{"src":"b","dest":"c","body":{}}', "its dest is not this node, a"],
    [
      "a line that is too long",
      `{"src":"b","dest":"a","body":{"x":"${"x".repeat(30_000)}"}}`,
      "it is larger than 16384 bytes",
    ],
  ])("that sends %s loses that line, and nothing else", async (_, line, reason) => {
    const members = await addresses();
    const { log, received } = await openNode({ id: "a", members, limits: { maxMessageBytes: 16_384 } });
    const member = new Stranger(members.a);
    member.say(hello);
    member.socket.write(`${line}\n{"src":"b","dest":"a","body":{"number":1}}\n`);
    await until(() => received.length > 0, "the message after the bad line");
    expect(received).toEqual([{ from: "b", body: { number: 1 } }]);
    expect(log.lines).toEqual([expect.stringContaining(`dropped a line from b: ${reason}`)]);
    expect(member.closed).toBe(false);
  });
});
