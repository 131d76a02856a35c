import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../../../src/adapters/seeded-random/seeded-random.js";
import { LatenessMeter } from "../../../../src/workbench/model/lateness.js";
import type { Delivery, MessageBody } from "../../../../src/workbench/model/message.js";
import { Network } from "../../../../src/workbench/model/network.js";
import { NetworkConditions } from "../../../../src/workbench/model/network-conditions.js";
import { Provenance } from "../../../../src/workbench/model/provenance.js";
import { addServices } from "../../../../src/workbench/model/services/services.js";
import { UnknownRequestCounts } from "../../../../src/workbench/model/services/unknown-requests.js";
import { TrafficMeter } from "../../../../src/workbench/model/traffic.js";

let clock: FakeClock;
let conditions: NetworkConditions;
let traffic: TrafficMeter;
let network: Network;
let unknown: UnknownRequestCounts;
let received: (Delivery & { readonly at: number })[];

beforeEach(() => {
  clock = new FakeClock();
  conditions = new NetworkConditions();
  traffic = new TrafficMeter();
  unknown = new UnknownRequestCounts();
  received = [];
  const random = new SeededRandom(1);
  network = new Network(
    { latency: 100, latencyDistribution: "constant" },
    {
      clock,
      random,
      conditions,
      traffic,
      lateness: new LatenessMeter(clock),
      provenance: new Provenance(["n0"]),
      overflowed: () => {},
    },
  );
  const take = ({ line, ...rest }: Delivery) =>
    received.push({ ...rest, ...(line !== undefined && { line, message: JSON.parse(line) }), at: clock.now() }) > 0;
  network.addReceiver("n0", { admits: () => true, take });
  addServices(network, random, unknown);
});

function ask(service: string, body: MessageBody): void {
  const message = { src: "n0", dest: service, body };
  const line = JSON.stringify(message);
  expect(network.sendFromNode(message, line, line.length, 1)).toBe("sent");
  clock.advance(1000);
}

describe("a service on the network", () => {
  it.each(["lin-kv", "seq-kv", "lww-kv"])("%s answers after two latencies, in reply to the request", (service) => {
    ask(service, { type: "write", key: "x", value: 3, msg_id: 7 });
    expect(received).toMatchObject([
      { at: 200, message: { src: service, dest: "n0", body: { type: "write_ok", in_reply_to: 7 } } },
    ]);
    expect(JSON.parse(received[0]?.line ?? "")).toEqual(received[0]?.message);
  });

  it("lin-tso numbers the requests of all", () => {
    for (const msg_id of [1, 2]) ask("lin-tso", { type: "ts", msg_id });
    expect(received.map(({ message }) => message.body)).toEqual([
      { type: "ts_ok", ts: 0, in_reply_to: 1 },
      { type: "ts_ok", ts: 1, in_reply_to: 2 },
    ]);
  });

  it("answers a request without an id in reply to null", () => {
    ask("lin-tso", { type: "ts" });
    expect(received[0]?.message.body).toEqual({ type: "ts_ok", ts: 0, in_reply_to: null });
  });

  it("is counted as a node: its messages are messages between servers", () => {
    ask("lin-kv", { type: "read", key: "x", msg_id: 1 });
    ask("lin-tso", { type: "ts", msg_id: 2 });
    const { servers, clients } = traffic.snapshot();
    expect(servers).toMatchObject({ count: 4, byType: { read: { count: 1 }, error: { count: 1 } } });
    expect(servers.byService).toMatchObject({ "lin-kv": { count: 2 }, "lin-tso": { count: 2 } });
    const lines = received.map(({ line }) => line?.length ?? 0);
    expect(servers.bytes).toBe(
      JSON.stringify({ src: "n0", dest: "lin-kv", body: { type: "read", key: "x", msg_id: 1 } }).length +
        JSON.stringify({ src: "n0", dest: "lin-tso", body: { type: "ts", msg_id: 2 } }).length +
        lines.reduce((sum, length) => sum + length, 0),
    );
    expect(clients.count).toBe(0);
  });

  it("is subject to all faults of messages, but is never cut off", () => {
    conditions.cut(new Map([["n0", new Set(["n1"])]]));
    conditions.addedLatency = 50;
    ask("lin-tso", { type: "ts", msg_id: 1 });
    expect(received.map(({ at }) => at)).toEqual([300]);
    conditions.lossRate = 1;
    ask("lin-tso", { type: "ts", msg_id: 2 });
    expect(received).toHaveLength(1);
    expect(traffic.snapshot().servers.dropped).toBe(1);
  });

  it("does not answer a request of an unknown type, and the result says so", () => {
    ask("lin-kv", { type: "increment", key: "x", msg_id: 1 });
    ask("lin-kv", { type: "ts", msg_id: 2 });
    ask("lin-kv", { type: "ts", msg_id: 3 });
    ask("lin-tso", { msg_id: 4 });
    expect(received).toEqual([]);
    const known = ["read", "write", "cas"];
    expect(unknown.all()).toEqual([
      { service: "lin-kv", type: '"increment"', known, nodes: ["n0"], count: 1 },
      { service: "lin-kv", type: '"ts"', known, nodes: ["n0"], count: 2 },
      { service: "lin-tso", type: "nothing", known: ["ts"], nodes: ["n0"], count: 1 },
    ]);
  });
});
