import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { type Flight, MemoryNetwork } from "../../../src/adapters/memory-network/memory-network.js";

type Delivery = [from: string, body: unknown, at: number];

function network(latency: (flight: Flight) => number | undefined = () => 100) {
  const clock = new FakeClock();
  const memory = new MemoryNetwork(clock, latency);
  const came: Delivery[] = [];
  const a = memory.attach("a");
  const b = memory.attach("b");
  b.onMessage((from, body) => came.push([from, body, clock.now()]));
  return { clock, memory, came, a, b };
}

describe("MemoryNetwork", () => {
  it("delivers a message after its latency, with its sender", () => {
    const { clock, came, a } = network();
    a.send("b", { hello: 1 });
    clock.advance(99);
    expect(came).toEqual([]);
    clock.advance(1);
    expect(came).toEqual([["a", { hello: 1 }, 100]]);
  });

  it("copies bodies like a real network: neither side sees the other's changes", () => {
    const { clock, came, a } = network();
    const body = { values: [1], absent: undefined };
    a.send("b", body);
    body.values.push(2);
    clock.advance(100);
    expect(came[0]?.[1]).toStrictEqual({ values: [1] });
  });

  it("loses, delays and reorders on request, and counts lost messages as sent", () => {
    const latencies = [300, undefined, 50];
    const { clock, memory, came, a } = network(() => latencies.shift());
    let sent = 0;
    memory.onSend = () => sent++;
    for (const number of [1, 2, 3]) a.send("b", { number });
    clock.advance(1000);
    expect(came.map(([, body, at]) => [body, at])).toEqual([
      [{ number: 3 }, 50],
      [{ number: 1 }, 300],
    ]);
    expect(sent).toBe(3);
  });

  it("drops messages to an unknown member", () => {
    const { clock, came, a } = network();
    a.send("nobody", {});
    clock.advance(1000);
    expect(came).toEqual([]);
  });

  it("neither sends from nor delivers to a closed transport", async () => {
    const { clock, came, a, b } = network();
    a.send("b", { number: 1 });
    await b.close();
    clock.advance(1000);
    await a.close();
    a.send("b", { number: 2 });
    expect(came).toEqual([]);
  });

  it("gives a restarted node the messages of the node that it replaces", () => {
    const { clock, memory, came, a } = network();
    const reborn: unknown[] = [];
    a.send("b", { number: 1 });
    memory.attach("b").onMessage((_, body) => reborn.push(body));
    clock.advance(100);
    expect([came, reborn]).toEqual([[], [{ number: 1 }]]);
  });
});
