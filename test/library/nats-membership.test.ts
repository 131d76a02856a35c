import { afterEach, describe, expect, it } from "vitest";
import { natsMembership, natsTransport } from "../../src/library/nats.js";
import { eventually } from "../support/eventually.js";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const pace = { heartbeatInterval: 100, timeout: 1000 };

async function join(server: TestNatsServer, id: string) {
  const transport = await natsTransport({ servers: server.address, id });
  cleanUp.push(() => transport.close());
  const membership = natsMembership(transport, pace);
  const view: { members: readonly string[] } = { members: [] };
  view.members = await membership.join((members) => {
    view.members = members;
  });
  cleanUp.push(() => membership.leave());
  return { view, membership, transport };
}

describe.skipIf(!hasNatsServer)("members that find each other over NATS", () => {
  it("join, leave, crash, and survive a restart of their server", async () => {
    const server = await TestNatsServer.start();
    cleanUp.push(() => server.kill());
    const z = await join(server, "z");
    const a = await join(server, "a.with dots");
    const m = await join(server, "m");
    for (const { view } of [z, a, m]) await eventually(() => expect(view.members).toEqual(["z", "a.with dots", "m"]));
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, pace.timeout + 500));
    for (const { view } of [z, a, m]) expect(view.members).toEqual(["z", "a.with dots", "m"]);
    await server.start();
    await eventually(() => expect(m.transport.connection.info).toBeDefined());
    await m.membership.leave();
    await eventually(() => expect(a.view.members).toEqual(["z", "a.with dots"]));
    await z.transport.close();
    await eventually(() => expect(a.view.members).toEqual(["a.with dots"]));
  });
});
