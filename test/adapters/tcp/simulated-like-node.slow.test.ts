import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { nodeSockets } from "../../../src/adapters/tcp/sockets/node-sockets.js";
import type { Socket } from "../../../src/adapters/tcp/sockets/socket.js";
import type { ServerListener, Sockets } from "../../../src/adapters/tcp/sockets/sockets.js";
import { GOOD_NETWORK } from "../../../src/workbench/simulation/sockets/network/network-model.js";
import { SocketNetwork } from "../../../src/workbench/simulation/sockets/network/socket-network.js";
import { advanceInTurns } from "../../../src/workbench/simulation/sockets/network/turns.js";
import { freePorts } from "../../support/free-ports.js";

/** Sockets, the address on which they listen, and how time passes on them. */
interface World {
  readonly sockets: Sockets;
  readonly host: string;
  readonly port: number;
  pass(): Promise<void>;
}

async function nodesWorld(): Promise<World> {
  const [port = 0] = await freePorts(1);
  return {
    ...{ sockets: nodeSockets, host: "127.0.0.1", port },
    pass: () => new Promise((resolve) => setTimeout(resolve, 250)),
  };
}

function simulatedWorld(): World {
  const clock = new FakeClock();
  const network = new SocketNetwork(clock, 1, GOOD_NETWORK);
  const host = network.host("10.0.0.1");
  const process = network.start(host, { origin: 0, drift: 0 });
  return {
    ...{ sockets: network.socketsOf(host, process), host: "10.0.0.1", port: 7_000 },
    pass: () => advanceInTurns(clock, 1_000),
  };
}

/** Notes the events of a socket, and counts its bytes. */
class Watched {
  readonly events: string[] = [];
  bytes = 0;

  constructor(readonly socket: Socket) {
    socket.on("data", ({ length }) => {
      this.bytes += length;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => this.events.push(`error ${error.code ?? error.message}`));
    socket.on("close", () => this.events.push("close"));
    // As the transport does before it attaches its listeners.
    socket.pause();
  }
}

/** Opens a connection; returns both ends. */
async function connected({ sockets, host, port, pass }: World) {
  let accepted: Watched | undefined;
  const listener: ServerListener = {
    connected: (socket) => {
      accepted = new Watched(socket);
    },
    insecure: () => {},
    failed: () => {},
  };
  const server = sockets.serve(listener, undefined);
  await server.listen({ host, port });
  const { socket, opened } = sockets.connect({ host, port }, undefined);
  const client = new Watched(socket);
  const isOpen = opened.then(() => "open");
  await pass();
  expect(await isOpen).toBe("open");
  return { client, accepted: accepted as unknown as Watched, server };
}

type Observation = Readonly<Record<string, unknown>>;
const eventsOf = (client: Watched, accepted: Watched) => ({ client: client.events, accepted: accepted.events });

/** Events that a process may see on its sockets, by the action that caused them. */
const observations: Readonly<Record<string, (world: World) => Promise<Observation>>> = {
  "the end of one side ends the other, once it was read": async (world) => {
    const { client, accepted } = await connected(world);
    client.socket.resume();
    client.socket.end("last");
    await world.pass();
    const before = [...accepted.events];
    accepted.socket.resume();
    await world.pass();
    return { before, ...eventsOf(client, accepted), bytes: accepted.bytes };
  },
  "bytes wait while the receiver is paused, and come in order after an unshift": async (world) => {
    const { client, accepted } = await connected(world);
    let text = "";
    accepted.socket.on("data", (bytes) => {
      text += String(bytes);
    });
    client.socket.write("one ");
    await world.pass();
    const before = text;
    accepted.socket.unshift(Buffer.from("zero "));
    client.socket.write("two");
    accepted.socket.resume();
    await world.pass();
    client.socket.destroy();
    return { before, text };
  },
  "a write returns false beyond what the system takes, and drain follows": async (world) => {
    const { client, accepted } = await connected(world);
    let drains = 0;
    client.socket.on("drain", () => drains++);
    const small = client.socket.write("small");
    const large = client.socket.write(Buffer.alloc(64 * 2 ** 20));
    const isHeld = client.socket.writableLength > 0;
    accepted.socket.resume();
    for (let turn = 0; accepted.bytes < 64 * 2 ** 20 && turn < 400; turn++) await world.pass();
    await world.pass();
    client.socket.destroy();
    return { small, large, isHeld, drains, left: client.socket.writableLength, bytes: accepted.bytes };
  },
  "destroy drops what is still here, and the other end sees an end": async (world) => {
    const { client, accepted } = await connected(world);
    accepted.socket.resume();
    client.socket.write("sent");
    await world.pass();
    client.socket.destroy();
    const writable = client.socket.writable;
    await world.pass();
    return { writable, ...eventsOf(client, accepted), bytes: accepted.bytes };
  },
  "destroy with an error reports it before the close": async (world) => {
    const { client, accepted } = await connected(world);
    client.socket.destroy(new Error("given"));
    client.socket.destroy(new Error("ignored"));
    const before = [...client.events];
    await world.pass();
    return { before, client: client.events, isPaused: accepted.socket.isPaused() };
  },
  "a write after the end is an error": async (world) => {
    const { client } = await connected(world);
    client.socket.end();
    client.socket.write("late");
    await world.pass();
    return { client: client.events };
  },
  "a process that closes with bytes unread resets the connection": async (world) => {
    const { client, accepted } = await connected(world);
    client.socket.resume();
    // More than a process reads ahead.
    client.socket.write(Buffer.alloc(2 ** 20));
    await world.pass();
    accepted.socket.destroy();
    await world.pass();
    return eventsOf(client, accepted);
  },
  "nobody listens": async ({ sockets, host, port, pass }) => {
    const { socket, opened } = sockets.connect({ host, port }, undefined);
    const client = new Watched(socket);
    const failure = opened.catch((error: NodeJS.ErrnoException) => error.code);
    await pass();
    return { failure: await failure, client: client.events };
  },
  "an attempt that is destroyed fails with the reason": async (world) => {
    const { sockets, host, port, pass } = world;
    const { socket, opened } = sockets.connect({ host, port }, undefined);
    const client = new Watched(socket);
    const failure = opened.catch((error: Error) => error.message);
    socket.destroy(new Error("no longer wanted"));
    await pass();
    return { failure: await failure, client: client.events };
  },
  "a server that closes waits for its connections, and refuses others": async (world) => {
    const { client, accepted, server } = await connected(world);
    let isClosed = false;
    void server.close().then(() => {
      isClosed = true;
    });
    await world.pass();
    const before = isClosed;
    const { opened } = world.sockets.connect({ host: world.host, port: world.port }, undefined);
    const refusal = opened.catch((error: NodeJS.ErrnoException) => error.code);
    await world.pass();
    accepted.socket.destroy();
    client.socket.destroy();
    await world.pass();
    return { before, refusal: await refusal, isClosed };
  },
  "an address in use": async (world) => {
    const { client, accepted } = await connected(world);
    const listener = { connected: () => {}, insecure: () => {}, failed: () => {} };
    const second = world.sockets.serve(listener, undefined);
    const code = await second.listen({ host: world.host, port: world.port }).catch((error) => error.code);
    client.socket.destroy();
    accepted.socket.destroy();
    return { code };
  },
};

describe("a process sees the same on simulated sockets as on Node's, if", () => {
  for (const [name, observe] of Object.entries(observations))
    it(name, async () => {
      const real = await observe(await nodesWorld());
      expect(await observe(simulatedWorld())).toEqual(real);
    });
});
