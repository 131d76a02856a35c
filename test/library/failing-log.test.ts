import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { HeartbeatMembership, type LogOption } from "../../src/library/index.js";
import { natsMembership, natsTransport } from "../../src/library/nats.js";
import { tcpTransport } from "../../src/library/tcp.js";
import { FakeClock, MemoryAnnouncements } from "../../src/library/testing.js";
import { eventually } from "../support/eventually.js";
import { freePorts } from "../support/free-ports.js";
import { hasNatsServer, TestNatsServer } from "../support/nats-server.js";

/** Failing logs; each counts its lines. */
const kinds = {
  throws: () => {
    throw new Error("the log is full");
  },
  rejects: async () => {
    throw new Error("the log is full");
  },
};

let rejections: unknown[];
const note = (reason: unknown) => rejections.push(reason);

beforeEach(() => {
  rejections = [];
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", note);
  expect(rejections).toEqual([]);
});

const forms = ["lines", "events"] as const;

function failingLog(kind: keyof typeof kinds, form: (typeof forms)[number]) {
  const lines: string[] = [];
  const fail = (text: string) => {
    lines.push(text);
    return kinds[kind]() as never;
  };
  const log: LogOption = form === "lines" ? { line: fail } : ({ text }) => fail(text);
  return { lines, log };
}

const cases = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) => forms.map((form) => ({ kind, form })));

describe.each(cases)("a log of $form that $kind", ({ kind, form }) => {
  it("does not disturb a transport over TCP", async () => {
    const [first, second] = await freePorts(2);
    const members = { a: `127.0.0.1:${first}`, b: `127.0.0.1:${second}` };
    const { lines, log } = failingLog(kind, form);
    const a = await tcpTransport({ id: "a", members, log });
    onTestFinished(() => a.close());
    const stranger = connect(first as number, "127.0.0.1", () => stranger.end("rubbish\n"));
    stranger.on("error", () => {});
    await eventually(() => expect(lines.length).toBeGreaterThan(0));
    const b = await tcpTransport({ id: "b", members });
    onTestFinished(() => b.close());
    const received: unknown[] = [];
    a.onMessage((_, body) => received.push(body));
    b.send("a", { goes: "on" });
    await eventually(() => expect(received).toEqual([{ goes: "on" }]));
  });

  it.skipIf(!hasNatsServer)("does not disturb a transport, or members, over NATS", async () => {
    const server = await TestNatsServer.start();
    onTestFinished(() => server.kill());
    const { lines, log } = failingLog(kind, form);
    const a = await natsTransport({ id: "a", servers: server.address, log });
    onTestFinished(() => a.close());
    const pace = { heartbeatInterval: 50, timeout: 200 };
    const told = failingLog(kind, form);
    const members = natsMembership(a, { ...pace, log: told.log });
    await members.join(() => {});
    const b = await natsTransport({ id: "b", servers: server.address });
    onTestFinished(() => b.close());
    b.connection.publish("tidecast.node.a.b", "no JSON");
    b.connection.publish("tidecast.members.b", "no JSON");
    b.connection.publish("tidecast.members.b", "{}");
    await eventually(() => expect(lines.length).toBeGreaterThan(1));
    await eventually(() => expect(told.lines.length).toBeGreaterThan(0));
    const received: unknown[] = [];
    a.onMessage((_, body) => received.push(body));
    b.send("a", { goes: "on" });
    await eventually(() => expect(received).toEqual([{ goes: "on" }]));
    await members.leave();
  });

  it("does not disturb a HeartbeatMembership on a custom channel", async () => {
    const clock = new FakeClock();
    const network = new MemoryAnnouncements(clock, () => 1);
    const { lines, log } = failingLog(kind, form);
    const views: (readonly string[])[] = [];
    for (const id of ["a", "b"]) {
      const ports = { channel: network.attach(id), clock, timeOfDay: () => 1000 + clock.now(), log };
      const membership = new HeartbeatMembership(id, ports, { interval: 100, timeout: 400 });
      void membership.join((members) => views.push(members));
      clock.advance(1000);
    }
    expect(lines).toContain("b joined; the cluster has 2 members");
    expect(views).toEqual([["a", "b"]]);
  });
});
