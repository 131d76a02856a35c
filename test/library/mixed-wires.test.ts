import { describe, expect, it, onTestFinished } from "vitest";
import { createNode, type TidecastNode, type Transport } from "../../src/library/index.js";
import { natsTransport } from "../../src/library/nats.js";
import { tcpTransport } from "../../src/library/tcp.js";
import { RecordingLog } from "../application/recording-ports.js";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

type Wire = "compact" | "json";
type Open = (id: string, wire: Wire) => Promise<Transport>;

const ids = ["n0", "n1", "n2"];
const log = new RecordingLog();

async function overTcp(): Promise<Open> {
  const ports = await freePorts(ids.length);
  const members = Object.fromEntries(ids.map((id, index) => [id, `127.0.0.1:${ports[index]}`]));
  return (id, wire) => tcpTransport({ id, members, wire, limits: { longestPause: 200 }, log });
}

async function overNats(): Promise<Open> {
  const server = await TestNatsServer.start();
  onTestFinished(() => server.kill());
  return (id, wire) => natsTransport({ id, servers: server.address, wire });
}

/** The nodes of a cluster, by id. Each is closed when the test is over. */
async function start(open: Open, id: string, wire: Wire): Promise<TidecastNode> {
  const node = await createNode({ id, members: ids, transport: await open(id, wire), budget: "eager", log });
  onTestFinished(() => node.close());
  return node;
}

describe.each([
  ["TCP", true, overTcp],
  ["NATS", hasNatsServer, overNats],
] as const)("a cluster on %s during a rolling upgrade", (_, isPossible, prepare) => {
  it.skipIf(!isPossible)(
    "delivers every value between members of both wires, while each is replaced, up and down again",
    async () => {
      const open = await prepare();
      const nodes = new Map<string, TidecastNode>();
      for (const id of ids) nodes.set(id, await start(open, id, "json"));
      const expected: string[] = [];
      const broadcast = async () => {
        for (const [id, node] of nodes) {
          const value = `${id} ${expected.length}`;
          expected.push(value);
          await node.broadcast(value);
        }
      };
      const everywhere = () =>
        eventually(() => {
          for (const node of nodes.values()) expect([...node.values()].sort()).toEqual([...expected].sort());
        });
      await broadcast();
      await everywhere();
      for (const wire of ["compact", "json"] as const)
        for (const id of ids) {
          await nodes.get(id)?.close();
          nodes.set(id, await start(open, id, wire));
          await broadcast();
          await everywhere();
          await broadcast();
          await everywhere();
        }
      expect(log.lines.filter((line) => /malformed|dropped|broke|invalid/.test(line))).toEqual([]);
    },
  );
});
