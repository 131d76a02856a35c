import { describe, expect, it } from "vitest";
import type { Socket } from "../../../src/adapters/tcp/sockets/socket.js";
import type { MemberChannel } from "../../../src/domain/ports/member-channel.js";
import { simulatedCredentials } from "../../../src/workbench/simulation/sockets/network/certificate.js";
import { type JoiningPlace, SimulatedTcp } from "../../support/simulated-tcp.js";

const AT = { a: "10.0.0.1:7000", b: "10.0.0.2:7000", c: "10.0.0.3:7000" };
/** A message about members. */
const ping = (number: number) => ({ type: "members", number });

/** A node of a cluster whose members come and go, with what its channel hears. */
async function joining(cluster: SimulatedTcp, id: keyof typeof AT, place: JoiningPlace = {}) {
  const member = await cluster.openJoining(id, place);
  const heard: unknown[] = [];
  const gone: string[] = [];
  const channel = member.transport.entrance?.channel as MemberChannel;
  channel.listen({
    received: (from, body) => heard.push({ from, body }),
    disconnected: (peer) => gone.push(peer),
  });
  return { ...member, channel, heard, gone };
}

/** Two nodes of which the first one knows where the second one is, and has sent to it. */
async function connected(cluster = new SimulatedTcp()) {
  const [a, b] = [await joining(cluster, "a"), await joining(cluster, "b")];
  a.channel.locate("b", AT.b);
  a.channel.send("b", ping(1));
  await cluster.until(() => b.heard.length === 1, 1_000);
  return { cluster, a, b };
}

/** The result that a function passes to its callback, once it does so. */
async function answer<Result>(cluster: SimulatedTcp, ask: (found: (result: Result) => void) => void): Promise<Result> {
  const results: Result[] = [];
  ask((result) => results.push(result));
  await cluster.until(() => results.length > 0, 10_000);
  await cluster.pass(10);
  expect(results).toHaveLength(1);
  return results[0] as Result;
}

describe("the channel for messages about members", () => {
  it("knows its node, where others reach it, its seeds, and how much a message may hold", async () => {
    const cluster = new SimulatedTcp();
    const limits = { maxMessageBytes: 20_000 };
    const { channel, transport } = await joining(cluster, "a", { join: ["h:1", "h:1", "h:2"], limits });
    expect(channel).toMatchObject({ self: "a", address: AT.a, maxMessageBytes: 20_000 });
    expect(transport.entrance?.seeds).toEqual(["h:1", "h:2"]);
    const other = await joining(cluster, "b", { advertise: "b.cluster:7000" });
    expect(other.channel.address).toBe("b.cluster:7000");
    expect(other.transport.address).toBe(AT.b);
  });

  it("reaches a member that was located, and a member that has sent something", async () => {
    const { cluster, a, b } = await connected();
    expect(b.heard).toEqual([{ from: "a", body: ping(1) }]);
    b.channel.send("a", ping(2));
    await cluster.until(() => a.heard.length === 1, 1_000);
    expect(a.heard).toEqual([{ from: "b", body: ping(2) }]);
    expect([cluster.network.counts.get("connections"), cluster.log.lines]).toEqual([1, []]);
  });

  it("drops a message to a member that it has not heard of, and to its own node, without a word", async () => {
    const cluster = new SimulatedTcp();
    const { channel, transport } = await joining(cluster, "a");
    channel.send("b", ping(1));
    channel.send("a", ping(1));
    expect([transport.state(), cluster.log.lines]).toEqual([[], []]);
  });

  it("leaves all other messages to the node, also before it listens", async () => {
    const { cluster, a, b } = await connected();
    for (const number of [1, 2]) a.transport.send("b", { type: "probe", number });
    await cluster.pass(100);
    const received: unknown[] = [];
    b.transport.onMessage((from, body) => received.push({ from, body }));
    a.transport.send("b", { type: "probe", number: 3 });
    await cluster.pass(100);
    expect(received).toEqual([1, 2, 3].map((number) => ({ from: "a", body: { type: "probe", number } })));
    expect(b.heard).toHaveLength(1);
  });

  it("brings messages to a node that has no use for it, once that node listens", async () => {
    const cluster = new SimulatedTcp();
    const [{ transport }, b] = [await cluster.openJoining("a"), await joining(cluster, "b")];
    const received: unknown[] = [];
    transport.onMessage((from, body) => received.push({ from, body }));
    b.channel.locate("a", AT.a);
    b.channel.send("a", { number: 1 });
    await cluster.pass(100);
    expect(received).toEqual([{ from: "b", body: { number: 1 } }]);
  });

  it("keeps the last 1,000 messages for a node that does not listen yet", async () => {
    const { cluster, a, b } = await connected();
    for (let number = 1; number <= 1_003; number++) a.transport.send("b", { number });
    await cluster.pass(1_000);
    const received: unknown[] = [];
    b.transport.onMessage((_, body) => received.push(body));
    expect(received).toEqual(Array.from({ length: 1_000 }, (_, index) => ({ number: index + 4 })));
  });

  it("reports that a member is gone, and forgets a member of which it does not know the address", async () => {
    const { cluster, a, b } = await connected();
    a.process.die();
    await cluster.pass(100);
    expect(b.gone).toEqual(["a"]);
    expect(b.transport.state()).toEqual([]);
    expect(cluster.log.lines).toEqual([expect.stringMatching(/^lost the connection to a: /)]);
    b.channel.send("a", ping(3));
    await cluster.pass(10_000);
    expect(cluster.network.counts.get("refused connects") ?? 0).toBe(0);
  });

  it("connects again to a member whose address it knows", async () => {
    const { cluster, a, b } = await connected();
    for (const connection of cluster.network.connections()) cluster.network.reset(connection, "both");
    await cluster.pass(10);
    expect(a.gone).toEqual(["b"]);
    expect(a.transport.state()).toEqual([{ member: "b", connected: false, queuedBytes: 0 }]);
    a.channel.send("b", ping(2));
    await cluster.until(() => b.heard.length === 2, 1_000);
  });

  it("reports a member whose host answers that no process listens there", async () => {
    const cluster = new SimulatedTcp();
    const a = await joining(cluster, "a");
    cluster.network.host("10.0.0.2");
    a.channel.locate("b", AT.b);
    a.channel.send("b", ping(1));
    await cluster.pass(10);
    expect(a.gone).toEqual(["b"]);
    expect(cluster.log.lines).toEqual([expect.stringMatching(/^cannot reach b at 10\.0\.0\.2:7000: ECONNREFUSED: /)]);
  });

  it("does not report a member whose host does not answer", async () => {
    const cluster = new SimulatedTcp();
    const a = await joining(cluster, "a");
    a.channel.locate("b", AT.b);
    a.channel.send("b", ping(1));
    await cluster.pass(10_000);
    expect(a.gone).toEqual([]);
    expect(cluster.log.lines).toEqual([expect.stringContaining("cannot reach b at 10.0.0.2:7000: EHOSTUNREACH: ")]);
  });

  it("closes the connection to a forgotten member, and reaches it again only when it is located again", async () => {
    const { cluster, a, b } = await connected();
    a.channel.forget("b");
    a.channel.send("b", ping(2));
    await cluster.pass(1_000);
    expect(a.transport.state()).toEqual([]);
    expect(b.gone).toEqual(["a"]);
    expect(b.heard).toHaveLength(1);
    a.channel.locate("b", AT.b);
    a.channel.send("b", ping(3));
    await cluster.until(() => b.heard.length === 2, 1_000);
    expect(a.gone).toEqual([]);
  });

  it("sends what is queued at once when a member turns out to be elsewhere, without the pause after a failure", async () => {
    const cluster = new SimulatedTcp();
    const a = await joining(cluster, "a");
    cluster.network.host("10.0.0.2");
    a.channel.locate("b", AT.b);
    a.channel.send("b", ping(1));
    await cluster.pass(60_000);
    const b = await joining(cluster, "b", { hostOf: "c", listen: AT.c });
    a.channel.locate("b", AT.c);
    await cluster.until(() => b.heard.length === 1, 20);
    // After that, the next failure counts as the first one.
    b.process.die();
    a.channel.send("b", ping(2));
    await cluster.pass(300);
    expect(cluster.network.counts.get("refused connects")).toBeGreaterThan(5);
  });

  it("keeps its connection when a member is located where it was, in another spelling", async () => {
    const { cluster, a, b } = await connected();
    a.channel.locate("b", "[::ffff:10.0.0.2]:7000");
    a.channel.send("b", ping(2));
    await cluster.until(() => b.heard.length === 2, 1_000);
    expect(cluster.network.counts.get("connections")).toBe(1);
  });

  it("keeps its connection when a connected member moves, and looks for it elsewhere afterwards", async () => {
    const { cluster, a, b } = await connected();
    a.channel.locate("b", AT.c);
    a.channel.send("b", ping(2));
    await cluster.until(() => b.heard.length === 2, 1_000);
    b.process.die();
    const moved = await joining(cluster, "b", { hostOf: "c", listen: AT.c });
    await cluster.pass(1_000);
    a.channel.send("b", ping(3));
    await cluster.until(() => moved.heard.length === 1, 1_000);
  });

  it("reaches members on other machines with TLS, or if plain text is allowed", async () => {
    for (const isSecure of [true, false]) {
      const cluster = new SimulatedTcp();
      const place = (id: string) =>
        isSecure ? { tls: simulatedCredentials("ours", id), allowPlaintext: false } : { allowPlaintext: true };
      const [a, b] = [await joining(cluster, "a", place("a")), await joining(cluster, "b", place("b"))];
      a.channel.locate("b", AT.b);
      a.channel.send("b", ping(1));
      await cluster.until(() => b.heard.length === 1, 1_000);
      expect(cluster.log.lines).toEqual([]);
    }
  });

  it.each([
    ["nowhere", "it is no address"],
    [
      "192.168.0.1:7000",
      "192.168.0.1:7000 is not on this machine, and without TLS anyone on the network can read and send messages: set tls to a key, a certificate and its authority, or set allowPlaintext to true if you trust the network",
    ],
  ])("reports an address that it cannot use, once, and connects to none: %s", async (address, reason) => {
    const cluster = new SimulatedTcp();
    const a = await joining(cluster, "a", { allowPlaintext: false, listen: "127.0.0.1:7000", hostOf: "127.0.0.1" });
    for (let time = 0; time < 2; time++) a.channel.locate("b", address);
    a.channel.locate("c", address);
    a.channel.send("b", ping(1));
    expect(await answer(cluster, (found) => a.channel.identify(address, found))).toBe(undefined);
    expect(await answer(cluster, (found) => a.channel.identify(address, found))).toBe(undefined);
    expect(cluster.log.lines).toEqual([
      `cannot connect to b, which gives its address as "${address}": ${reason}`,
      `cannot connect to c, which gives its address as "${address}": ${reason}`,
      `cannot look for members at "${address}": ${reason}`,
    ]);
    for (const event of cluster.log.events) expect(event).toMatchObject({ code: "address-unusable", level: "warn" });
    expect(a.transport.state()).toEqual([]);
  });
});

describe("a seed", () => {
  it("is found under all its addresses, and reported once each time it is not found", async () => {
    const cluster = new SimulatedTcp();
    const { channel } = await joining(cluster, "a");
    const { hosts, services } = cluster.network.names;
    const resolve = (seed: string) => answer<readonly string[]>(cluster, (found) => channel.resolve(seed, found));
    for (let time = 0; time < 2; time++) expect(await resolve("cluster:7000")).toEqual([]);
    const line = "cannot find the seed cluster:7000: ENOTFOUND: name unknown, cluster";
    expect(cluster.log.lines).toEqual([line]);
    for (let time = 0; time < 2; time++) for (const seed of ["cluster:7000", "other:7000"]) await resolve(seed);
    expect(cluster.log.lines.splice(1)).toEqual(["cannot find the seed other:7000: ENOTFOUND: name unknown, other"]);
    hosts.set("cluster", ["10.0.0.2", "::1"]);
    expect(await resolve("cluster:7000")).toEqual(["10.0.0.2:7000", "[::1]:7000"]);
    hosts.delete("cluster");
    expect(await resolve("cluster:7000")).toEqual([]);
    expect(cluster.log.lines).toEqual([line, line]);
    expect(cluster.log.events[0]).toMatchObject({ code: "seed-unknown", level: "warn" });
    services.set("_peer._tcp.cluster", [{ name: "10.0.0.3", port: 5 }]);
    expect(await resolve("_peer._tcp.cluster")).toEqual(["10.0.0.3:5"]);
  });

  it("says who is there, and is reported once each time no node answers", async () => {
    const cluster = new SimulatedTcp();
    const { channel } = await joining(cluster, "a");
    const identify = () => answer<string | undefined>(cluster, (found) => channel.identify(AT.b, found));
    cluster.network.host("10.0.0.2");
    for (let time = 0; time < 2; time++) expect(await identify()).toBe(undefined);
    const line = "no member answers at 10.0.0.2:7000: ECONNREFUSED: connection refused";
    expect(cluster.log.lines).toEqual([line]);
    const b = await joining(cluster, "b");
    expect(await identify()).toBe("b");
    expect(cluster.network.connections()).toEqual([]);
    expect(cluster.log.events[0]).toMatchObject({ code: "seed-silent", level: "warn" });
    b.process.die();
    expect(await identify()).toBe(undefined);
    expect(cluster.log.lines).toEqual([line, line]);
  });

  it.each([
    ["rubbish\n", "it does not say who it is"],
    ['{"tidecast":1,"refused":"not today"}\n', "it does not say who it is"],
    ["", "it did not answer within 5000 ms"],
  ])("that answers %j is no member", async (words, reason) => {
    const cluster = new SimulatedTcp();
    const { channel } = await joining(cluster, "a");
    let heard = "";
    await cluster.impostor("b", (socket) => {
      socket.on("data", (chunk) => {
        heard += String(chunk);
        socket.write(words);
      });
    });
    expect(await answer(cluster, (found) => channel.identify(AT.b, found))).toBe(undefined);
    expect(heard).toBe('{"tidecast":1,"who":"a"}\n');
    expect(cluster.log.lines).toEqual([`no member answers at 10.0.0.2:7000: ${reason}`]);
  });

  it("is who its certificate names, and learns this node's id only from such a certificate", async () => {
    const cluster = new SimulatedTcp();
    const of = (authority: string, id: string) => ({ tls: simulatedCredentials(authority, id) });
    const a = await joining(cluster, "a", of("ours", "a"));
    await joining(cluster, "b", of("ours", "b"));
    await joining(cluster, "c", of("theirs", "c"));
    const identify = (address: string) =>
      answer<string | undefined>(cluster, (found) => a.channel.identify(address, found));
    expect(await identify(AT.b)).toBe("b");
    expect(await identify(AT.c)).toBe(undefined);
    expect(cluster.log.lines).toContain(
      "no member answers at 10.0.0.3:7000: its certificate is invalid: unknown authority",
    );
  });

  it("is nobody if it gives another id than its certificate names", async () => {
    const cluster = new SimulatedTcp();
    const a = await joining(cluster, "a", { tls: simulatedCredentials("ours", "a") });
    const answers = (socket: Socket) => void socket.end('{"tidecast":1,"me":"b"}\n');
    await cluster.impostor("b", answers, simulatedCredentials("ours", "c"));
    const found = await answer<string | undefined>(cluster, (call) => a.channel.identify(AT.b, call));
    expect(found).toBe(undefined);
    expect(cluster.log.lines).toEqual(["no member answers at 10.0.0.2:7000: its certificate does not name b, but c"]);
  });

  it("is not reported, and calls nothing back, once the node is closed", async () => {
    const cluster = new SimulatedTcp();
    const { channel, transport } = await joining(cluster, "a");
    cluster.network.names.hosts.set("cluster", ["10.0.0.2"]);
    let calls = 0;
    const found = () => {
      calls++;
    };
    await joining(cluster, "b");
    for (const seed of ["cluster:7000", "unknown:7000"]) channel.resolve(seed, found);
    for (const address of [AT.b, AT.c]) channel.identify(address, found);
    void transport.close();
    await cluster.pass(20_000);
    expect([calls, cluster.log.lines]).toEqual([0, []]);
  });
});
