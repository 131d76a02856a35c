import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import type { NameServer } from "../../src/adapters/tcp/name-resolver.js";
import { createNode } from "../../src/library/index.js";
import { InvalidOptions, tcpMembership, tcpTransport } from "../../src/library/tcp.js";
import { createAuthority, issue } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";
import { type OpenMember, startOpenNode } from "../support/open-tcp-cluster.js";

const idsSeenBy = ({ node }: OpenMember) => node.members().map(({ id }) => id);

const expectAllSee = (nodes: readonly OpenMember[], ids: readonly string[]) =>
  eventually(() => expect(nodes.map(idsSeenBy)).toEqual(nodes.map(() => ids)));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tidecast-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Names that a test defines. */
function namesOf(hosts: Record<string, readonly string[]>, services: Record<string, [string, number][]> = {}) {
  const asked: string[] = [];
  const answer = <Result>(name: string, results: Record<string, Result>): Promise<Result> => {
    asked.push(name);
    const result = results[name];
    return result === undefined ? Promise.reject(new Error(`getaddrinfo ENOTFOUND ${name}`)) : Promise.resolve(result);
  };
  const names: NameServer = {
    hosts: (name) => answer(name, hosts),
    services: async (name) => (await answer(name, services)).map(([host, port]) => ({ name: host, port })),
  };
  return { names, asked };
}

describe("nodes that join over TCP", () => {
  it("need the address of any one member; a new one receives past values, and one that leaves is removed", async () => {
    const a = await startOpenNode("a");
    const b = await startOpenNode("b", { join: [a.transport.address] });
    await a.node.broadcast("from before");
    const c = await startOpenNode("c", { join: ["127.0.0.1:1", b.transport.address] });
    await expectAllSee([a, b, c], ["a", "b", "c"]);
    await c.node.broadcast("from after");
    await eventually(() => {
      for (const { node } of [a, b, c]) expect(node.values().sort()).toEqual(["from after", "from before"]);
    });
    expect(a.node.members().map(({ address }) => address)).toEqual([a, b, c].map(({ transport }) => transport.address));
    await a.node.close();
    await expectAllSee([b, c], ["b", "c"]);
    await eventually(() => expect(b.node.stats().root).toBe("b"));
  });

  it("remove a member whose process is killed, and take it back when it is restarted", async () => {
    const a = await startOpenNode("a");
    const b = await startOpenNode("b", { join: [a.transport.address] });
    const c = await startOpenNode("c", { join: [a.transport.address] });
    await expectAllSee([a, b, c], ["a", "b", "c"]);
    await a.kill();
    await expectAllSee([b, c], ["b", "c"]);
    const back = await startOpenNode("a", { join: [c.transport.address] });
    await expectAllSee([b, c, back], ["b", "c", "a"]);
  });

  it("find their cluster again after a restart by the addresses that they knew, kept beside the journal", async () => {
    const journal = folder();
    const seed = await startOpenNode("seed");
    const a = await startOpenNode("a", { join: [seed.transport.address], node: { journal } });
    const b = await startOpenNode("b", { join: [seed.transport.address] });
    await expectAllSee([a, b], ["seed", "a", "b"]);
    await a.node.broadcast("kept");
    await seed.node.close();
    await expectAllSee([a, b], ["a", "b"]);
    await a.node.close();
    expect(JSON.parse(readFileSync(join(journal, "a~members.json"), "utf8"))).toEqual([b.transport.address]);
    const again = await startOpenNode("a", { join: [seed.transport.address], node: { journal } });
    await expectAllSee([again, b], ["b", "a"]);
    expect(again.node.values()).toEqual(["kept"]);
  });

  it("come together when a seed that did not answer at first is there", async () => {
    const [port] = await freePorts(1);
    const late = `127.0.0.1:${port}`;
    const a = await startOpenNode("a", { join: [late] });
    expect(idsSeenBy(a)).toEqual(["a"]);
    // It was asked several times before the node founded its cluster.
    expect(a.log.lines).toEqual([`no member answers at ${late}: connect ECONNREFUSED ${late}`]);
    const b = await startOpenNode("b", { listen: late });
    await eventually(() => expect(idsSeenBy(a).sort()).toEqual(["a", "b"]));
    await eventually(() => expect(idsSeenBy(b).sort()).toEqual(["a", "b"]));
  });

  it("try all addresses of a name, which is looked up anew each time", async () => {
    const a = await startOpenNode("a");
    const port = a.transport.address.split(":")[1];
    const hosts: Record<string, string[]> = {};
    const { names, asked } = namesOf(hosts);
    const starting = startOpenNode("b", { join: [`cluster.example:${port}`], allowPlaintext: true, names });
    await eventually(() => expect(asked.length).toBeGreaterThan(1));
    hosts["cluster.example"] = ["127.0.0.2", "127.0.0.3", "127.0.0.1"];
    const b = await starting;
    await expectAllSee([a, b], ["a", "b"]);
  });

  it("look up the records of a service", async () => {
    const a = await startOpenNode("a");
    const port = Number(a.transport.address.split(":")[1]);
    const { names, asked } = namesOf(
      { "a.example": ["127.0.0.1"] },
      {
        "_peer._tcp.cluster.example": [
          ["gone.example", 1],
          ["a.example", port],
        ],
      },
    );
    const b = await startOpenNode("b", { join: ["_peer._tcp.cluster.example"], names });
    await expectAllSee([a, b], ["a", "b"]);
    expect(asked[0]).toBe("_peer._tcp.cluster.example");
  });

  it("are reached at the advertised address, not at the one where they listen", async () => {
    const [port] = await freePorts(1);
    const advertise = `localhost:${port}`;
    const a = await startOpenNode("a", { listen: `0.0.0.0:${port}`, advertise, allowPlaintext: true });
    const b = await startOpenNode("b", { join: [`127.0.0.1:${port}`] });
    const c = await startOpenNode("c", { join: [b.transport.address] });
    await expectAllSee([a, b, c], ["a", "b", "c"]);
    expect(c.node.members()[0]?.address).toBe(advertise);
    await c.node.broadcast("to a");
    await eventually(() => expect(a.node.values()).toEqual(["to a"]));
  });

  it("are who their certificates say", async () => {
    const authority = await createAuthority();
    const [forA, forB, foreign] = [
      await issue(authority, "a"),
      await issue(authority, "b"),
      await issue(await createAuthority(), "c"),
    ];
    const a = await startOpenNode("a", { tls: forA });
    const b = await startOpenNode("b", { tls: forB, join: [a.transport.address] });
    await expectAllSee([a, b], ["a", "b"]);
    await expect(startOpenNode("c", { tls: forB, join: [a.transport.address] })).rejects.toThrow(
      "tls.cert does not belong to this node: its certificate does not name c",
    );
    const c = await startOpenNode("c", { tls: foreign, join: [a.transport.address] });
    expect(idsSeenBy(c)).toEqual(["c"]);
    expect(idsSeenBy(a)).toEqual(["a", "b"]);
    expect(c.log.lines.filter((line) => line.startsWith(`no member answers at ${a.transport.address}: `))).not.toEqual(
      [],
    );
    // A process with the certificate of b that says it is c.
    const { port } = new URL(`tcp://${a.transport.address}`);
    const { key, cert, ca } = forB as { key: string; cert: string; ca: string };
    const socket = connect({ port: Number(port), key, cert, ca, checkServerIdentity: () => undefined });
    onTestFinished(() => void socket.destroy());
    let heard = "";
    socket.on("data", (chunk) => {
      heard += String(chunk);
    });
    socket.write('{"tidecast":1,"who":"c"}\n');
    await eventually(() => expect(heard).toContain("its certificate does not name c"));
    await a.node.broadcast("over TLS");
    await eventually(() => expect(b.node.values()).toEqual(["over TLS"]));
  });

  it("do not connect in plain text to a member that gives an address on another machine", async () => {
    const a = await startOpenNode("a");
    const b = await startOpenNode("b", {
      join: [a.transport.address],
      advertise: "192.0.2.1:7000",
      allowPlaintext: true,
    });
    await eventually(() =>
      expect(a.log.lines).toContainEqual(
        expect.stringMatching(/^cannot connect to b, which gives its address as "192\.0\.2\.1:7000": .* without TLS/),
      ),
    );
    expect(idsSeenBy(b)).toContain("b");
  });
});

describe("tcpMembership", () => {
  it("rejects a node with another id than its transport", async () => {
    const transport = await tcpTransport({ id: "a", join: [], listen: "127.0.0.1:0" });
    onTestFinished(() => transport.close());
    const error = await createNode({ id: "b", members: tcpMembership(transport), transport }).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidOptions);
    expect(error.message).toMatch(/^createNode's option id is "b", but the membership has this node under another id/);
  });

  it("rejects a transport with a fixed list, and anything that is no transport", async () => {
    const transport = await tcpTransport({ id: "a", members: { a: "127.0.0.1:7001" }, listen: "127.0.0.1:0" });
    onTestFinished(() => transport.close());
    expect(() => tcpMembership(transport)).toThrow("with the option join, not one with a fixed list of members");
    expect(() => tcpMembership({} as never)).toThrow(InvalidOptions);
    const open = await tcpTransport({ id: "a", join: [], listen: "127.0.0.1:0" });
    onTestFinished(() => open.close());
    expect(() => tcpMembership(open, { adresses: "x" } as never)).toThrow("did you mean addresses?");
  });
});
