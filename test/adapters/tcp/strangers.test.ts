import { describe, expect, it } from "vitest";
import { excerpt } from "../../../src/application/wire/excerpt.js";
import { simulatedCredentials } from "../../../src/workbench/simulation/sockets/network/certificate.js";
import { type SimulatedMember, type SimulatedStranger, SimulatedTcp } from "../../support/simulated-tcp.js";
import { hello } from "./simulated-support.js";

const SECRET = { type: "gossip", values: ["a secret value"] };

/** A node `a` with messages for `b`, while no node listens as `b`. */
async function nodeWithSecrets() {
  const cluster = new SimulatedTcp();
  cluster.network.host("10.0.0.2");
  const a = await cluster.openHeard("a");
  a.transport.send("b", SECRET);
  await cluster.until(() => cluster.log.lines.length > 0, 1_000);
  cluster.log.lines.length = 0;
  return { cluster, a, log: cluster.log, received: a.received };
}

describe("a stranger that connects", () => {
  it("receives the values once it is a member, so the tests below mean something", async () => {
    const { cluster } = await nodeWithSecrets();
    const member = await cluster.stranger("a");
    member.say(hello);
    await cluster.until(() => member.heard.includes("a secret value"), 1_000);
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
    const { cluster, log, received } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    stranger.socket.write(words);
    await cluster.until(() => stranger.closed, 1_000);
    expect(JSON.parse(stranger.heard)).toEqual({ tidecast: 1, refused: reason, superfluous: false });
    expect(log.lines).toEqual([expect.stringMatching(/^refused a connection from 10\.0\.0\.9:[1-9]\d*: /)]);
    expect(log.lines[0]).toContain(reason);
    expect(log.events.at(-1)).toMatchObject({ code: "connection-refused", level: "warn", fields: { reason } });
    expect(received).toEqual([]);
  });

  it.each([4097, 5000])("and never ends its first line is cut off above 4 kB: %d bytes", async (length) => {
    const { cluster, log } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    stranger.socket.write("x".repeat(length));
    await cluster.until(() => stranger.closed, 1_000);
    expect(stranger.heard).toBe("");
    expect(log.lines).toEqual([
      expect.stringMatching(/^refused a connection from \S+: its first line is longer than 4096 bytes$/),
    ]);
  });

  it.each(["\n", ""])(
    "may send a first line of 4 kB, and not of more, with its end at once or later: %j",
    async (end) => {
      for (const length of [4096, 4097]) {
        const { cluster } = await nodeWithSecrets();
        const member = await cluster.stranger("a");
        const line = JSON.stringify({ ...hello, life: "" });
        member.socket.write(`${JSON.stringify({ ...hello, life: "x".repeat(length - line.length) })}${end}`);
        await cluster.pass(100);
        if (end === "") member.socket.write("\n");
        await cluster.pass(100);
        expect(member.heard.includes("a secret value")).toBe(length === 4096);
      }
    },
  );

  it("and sends nothing, or a little now and then, is cut off after five seconds", async () => {
    const { cluster, log } = await nodeWithSecrets();
    const [silent, slow] = [await cluster.stranger("a"), await cluster.stranger("a")];
    for (const piece of ['{"tide', 'cast":', '1,"fr', 'om":"b"']) {
      slow.socket.write(piece);
      await cluster.pass(1200);
    }
    expect([silent.closed, slow.closed]).toEqual([false, false]);
    await cluster.pass(300);
    expect([silent.closed, slow.closed]).toEqual([true, true]);
    expect([silent.heard, slow.heard]).toEqual(["", ""]);
    expect(log.lines).toEqual([
      expect.stringMatching(
        /^refused a connection from 10\.0\.0\.9:\d+: it did not authenticate within 5000 ms \(limits\.authenticationTimeout\)$/,
      ),
    ]);
  });

  it("is reported at intervals, whatever the reason of its refusal", async () => {
    const { cluster, log } = await nodeWithSecrets();
    const strangers = [await cluster.stranger("a"), await cluster.stranger("a"), await cluster.stranger("a")];
    strangers[0]?.say({ ...hello, from: "mallory" });
    strangers[1]?.socket.write("x".repeat(5_000));
    await cluster.pass(6_000);
    expect(strangers.map(({ closed }) => closed)).toEqual([true, true, true]);
    expect(log.lines).toHaveLength(1);
    await cluster.pass(5_000);
    (await cluster.stranger("a")).say({ ...hello, from: "mallory" });
    await cluster.pass(10);
    expect(log.lines[1]).toContain("(2 similar lines omitted before)");
  });

  it("and was refused is cut off after five seconds, though it does not close its side", async () => {
    const { cluster } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    stranger.socket.pause();
    stranger.say({ ...hello, from: "mallory" });
    await cluster.pass(4_900);
    expect(cluster.network.connections().some(({ server }) => server.isOpen)).toBe(true);
    await cluster.pass(200);
    expect(cluster.network.connections().some(({ server }) => server.isOpen)).toBe(false);
  });

  it("and has authenticated stays beyond the five seconds", async () => {
    const { cluster } = await nodeWithSecrets();
    const member = await cluster.stranger("a");
    member.say(hello);
    await cluster.pass(6_000);
    expect(member.closed).toBe(false);
  });

  it("and disconnects is not reported", async () => {
    const { cluster, log } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    stranger.socket.destroy();
    await cluster.pass(6_000);
    expect(log.lines).toEqual([]);
  });

  it("and is reset within its first line is reported", async () => {
    const { cluster, log } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    stranger.socket.write("{");
    await cluster.pass(10);
    for (const connection of cluster.network.connections()) cluster.network.reset(connection, "server");
    await cluster.pass(10);
    expect(log.lines).toEqual([expect.stringMatching(/^refused a connection from \S+: ECONNRESET: /)]);
  });

  it("asks who is there, and receives the id and nothing else", async () => {
    const { cluster, log } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    stranger.say({ tidecast: 1, who: "mallory" });
    await cluster.until(() => stranger.closed, 1_000);
    expect(stranger.heard).toBe('{"tidecast":1,"me":"a"}\n');
    expect(log.lines).toEqual([]);
  });

  it.each([
    ["says hello", { ...hello, from: "b" }],
    ["asks who is there", { tidecast: 1, who: "b" }],
  ])("and %s as a member that its certificate does not name is refused", async (_, words) => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a", { tls: simulatedCredentials("ours", "a") });
    const security = { credentials: simulatedCredentials("ours", "c"), peer: "a" };
    const stranger = await cluster.stranger("a", "10.0.0.9", security);
    stranger.say(words);
    await cluster.until(() => stranger.closed, 1_000);
    const reason = "its certificate does not name b, but c";
    expect(JSON.parse(stranger.heard)).toEqual({ tidecast: 1, refused: reason, superfluous: false });
    expect(cluster.log.lines).toEqual([expect.stringContaining(reason)]);
    expect(a.transport.isConnected("b")).toBe(false);
  });

  it("opens a second connection as a member is told that there is one already, if the first one stays", async () => {
    const { cluster, log, a } = await nodeWithSecrets();
    const b = await cluster.openHeard("b");
    await cluster.until(() => a.transport.isConnected("b"), 10_000);
    log.lines.length = 0;
    const { life } = await helloOf(cluster, "b", b);
    const second = await cluster.stranger("a");
    second.say({ ...hello, life });
    await cluster.until(() => second.closed, 1_000);
    expect(JSON.parse(second.heard)).toEqual({
      tidecast: 1,
      refused: "there already is a connection",
      superfluous: true,
    });
    expect(log.lines).toEqual([]);
  });

  it("holds no more connections than allowed with 200 attempts, and members are not disturbed", async () => {
    const cluster = new SimulatedTcp();
    const limits = { maxUnauthenticatedPerAddress: 20 };
    const [a, b] = [await cluster.openHeard("a", { limits }), await cluster.openHeard("b", { limits })];
    a.transport.send("b", { number: 0 });
    await cluster.until(() => b.received.length === 1, 1_000);
    const crowd: SimulatedStranger[] = [];
    const isOpen = ({ closed }: SimulatedStranger) => !closed;
    for (let attempt = 1; attempt <= 200; attempt++) {
      crowd.push(await cluster.stranger("a"));
      if (attempt % 50 !== 0) continue;
      b.transport.send("a", { number: attempt });
      await cluster.until(() => a.received.length === attempt / 50, 1_000);
      expect(crowd.filter(isOpen)).toEqual(crowd.slice(-20));
    }
    const c = await cluster.openHeard("c", { limits });
    c.transport.send("a", { newcomer: true });
    await cluster.until(() => a.received.some(({ from }) => from === "c"), 1_000);
    expect(crowd.filter(({ heard }) => heard !== "")).toEqual([]);
    expect(cluster.log.lines.length).toBeLessThan(10);
    expect(cluster.log.lines[0]).toBe(
      "closed the oldest of 20 unauthenticated connections from 10.0.0.9, to make room for another one",
    );
  });

  it("makes room for another one, wherever that comes from, if there are too many in all", async () => {
    const cluster = new SimulatedTcp();
    const a = await cluster.openHeard("a", { limits: { maxUnauthenticated: 3 } });
    const crowd: SimulatedStranger[] = [];
    for (const ip of ["10.0.0.11", "10.0.0.12", "10.0.0.13", "10.0.0.14"]) crowd.push(await cluster.stranger("a", ip));
    await cluster.pass(10);
    expect(crowd.map(({ closed }) => closed)).toEqual([true, false, false, false]);
    expect(cluster.log.lines).toEqual([
      "closed the oldest of 3 unauthenticated connections, to make room for another one",
    ]);
    expect(cluster.log.events).toMatchObject([{ code: "connection-evicted", level: "warn", fields: { count: 3 } }]);
    // Those that are members do not count, and neither do those that are gone.
    crowd[1]?.say(hello);
    crowd[2]?.socket.destroy();
    await cluster.pass(10);
    expect(a.transport.isConnected("b")).toBe(true);
    for (const ip of ["10.0.0.15", "10.0.0.16"]) crowd.push(await cluster.stranger("a", ip));
    await cluster.pass(10);
    expect(crowd.map(({ closed }) => closed)).toEqual([true, false, true, false, false, false]);
  });

  it("makes room for another one from its own address, if there are too many from it", async () => {
    const cluster = new SimulatedTcp();
    await cluster.openHeard("a", { limits: { maxUnauthenticatedPerAddress: 2 } });
    const crowd: SimulatedStranger[] = [];
    for (const ip of ["10.0.0.11", "10.0.0.12", "10.0.0.12", "10.0.0.13", "10.0.0.12"])
      crowd.push(await cluster.stranger("a", ip));
    await cluster.pass(10);
    expect(crowd.map(({ closed }) => closed)).toEqual([false, true, false, false, false]);
  });

  it("is subject to the limit for all connections together", async () => {
    const cluster = new SimulatedTcp();
    await cluster.openHeard("a", { limits: { maxConnections: 3 } });
    const crowd: SimulatedStranger[] = [];
    for (let count = 0; count < 5; count++) crowd.push(await cluster.stranger("a"));
    await cluster.pass(10);
    expect(crowd.map(({ closed }) => closed)).toEqual([false, false, false, true, true]);
    expect(cluster.log.lines).toEqual([
      "refused a connection from 10.0.0.9: all 3 allowed connections are in use (limits.maxConnections)",
    ]);
    crowd[0]?.socket.destroy();
    await cluster.pass(10);
    const late = await cluster.stranger("a");
    await cluster.pass(10);
    expect(late.closed).toBe(false);
  });

  it("is disconnected when the node closes", async () => {
    const { cluster, a } = await nodeWithSecrets();
    const stranger = await cluster.stranger("a");
    let isClosed = false;
    void a.transport.close().then(() => {
      isClosed = true;
    });
    await cluster.until(() => stranger.closed && isClosed, 100);
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
    ["takes this node for another one", `${JSON.stringify({ ...hello, to: "c" })}\n`, ", not b"],
    [
      "speaks another version",
      '{"tidecast":7}\n',
      "it speaks version 7 of the protocol, but this node speaks version 1",
    ],
    ["refuses", '{"tidecast":1,"refused":"not today"}\n', "it refused: not today"],
  ])("and %s receives no value, and is logged once", async (_, words, problem) => {
    const cluster = new SimulatedTcp();
    let heard = "";
    let visits = 0;
    await cluster.impostor("b", (socket) => {
      visits++;
      socket.on("data", (chunk) => {
        heard += String(chunk);
        if (words === undefined) socket.end();
        else socket.write(words);
      });
    });
    const { transport } = await cluster.openHeard("a");
    transport.send("b", SECRET);
    await cluster.until(() => visits >= 3, 60_000);
    expect(heard).toContain('"from":"a"');
    expect(heard).not.toContain("secret");
    expect(cluster.log.lines).toEqual([expect.stringContaining("cannot reach b at 10.0.0.2:7000: ")]);
    expect(cluster.log.lines[0]).toContain(problem);
  });

  it("and says that there already is a connection is tried again, and not logged", async () => {
    const cluster = new SimulatedTcp();
    let visits = 0;
    await cluster.impostor("b", (socket) => {
      visits++;
      socket.end('{"tidecast":1,"refused":"there already is a connection","superfluous":true}\n');
    });
    const { transport } = await cluster.openHeard("a");
    transport.send("b", SECRET);
    await cluster.until(() => visits >= 3, 60_000);
    expect(cluster.log.lines).toEqual([]);
  });
});

describe("a restarted member", () => {
  it("receives its messages, and its former connection is closed", async () => {
    const { cluster, a } = await nodeWithSecrets();
    const [former, present] = [await cluster.stranger("a"), await cluster.stranger("a")];
    former.say(hello);
    await cluster.until(() => former.heard.includes("a secret value"), 1_000);
    present.say({ ...hello, life: "another" });
    await cluster.until(() => former.closed, 5_000);
    a.transport.send("b", { number: 2 });
    await cluster.until(() => present.heard.includes('"number":2'), 1_000);
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
      "it is larger than 16384 bytes (limits.maxMessageBytes)",
    ],
  ])("that sends %s loses that line, and nothing else", async (_, line, reason) => {
    const cluster = new SimulatedTcp();
    const { received } = await cluster.openHeard("a", { limits: { maxMessageBytes: 16_384 } });
    const member = await cluster.stranger("a");
    member.say(hello);
    member.socket.write(`${line}\n{"src":"b","dest":"a","body":{"number":1}}\n`);
    await cluster.until(() => received.length > 0, 1_000);
    expect(received).toEqual([{ from: "b", body: { number: 1 } }]);
    expect(cluster.log.lines).toEqual([`dropped a line from b: ${reason}: ${excerpt(line)}`]);
    expect(cluster.log.events).toMatchObject([{ code: "message-invalid", level: "warn", fields: { member: "b" } }]);
    expect(member.closed).toBe(false);
  });
});

/** The first line of a member on a connection to a node. */
async function helloOf(cluster: SimulatedTcp, id: "b", member: SimulatedMember): Promise<{ readonly life: string }> {
  const asked = await cluster.stranger(id, "10.0.0.8");
  asked.say({ ...hello, from: "c", to: id });
  await cluster.until(() => asked.heard.includes("\n"), 1_000);
  expect(member.transport.id).toBe(id);
  return JSON.parse(asked.heard.split("\n")[0] as string);
}
