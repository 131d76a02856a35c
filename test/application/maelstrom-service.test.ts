import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { resolveSettings } from "../../src/application/settings/settings.js";
import { composeMaelstromNode } from "../../src/composition-root.js";
import { RecordingLog, RecordingTransport, recordingNodes } from "./recording-ports.js";

const init = { type: "init", msg_id: 1, node_id: "n0", node_ids: ["n0", "n1", "n2"] };

function compose(given: Record<string, unknown> = {}) {
  const transport = new RecordingTransport();
  const log = new RecordingLog();
  const { nodes, create } = recordingNodes();
  const identities: string[] = [];
  const ports = {
    transport,
    log,
    clock: new FakeClock(),
    random: new SeededRandom(1),
    incarnation: 1,
    identified: (self: string) => identities.push(self),
  };
  const service = composeMaelstromNode(resolveSettings(given), ports, create);
  service.start();
  return { service, transport, log, nodes, identities };
}

function joined(given: Record<string, unknown> = {}) {
  const node = compose(given);
  node.transport.deliver("c0", init);
  const [engine] = node.nodes;
  if (engine === undefined) throw new Error("init made no node");
  return { ...node, engine };
}

const error = (to: string, code: number, msgId: number) => ({
  to,
  body: { type: "error", in_reply_to: msgId, code, text: expect.any(String) },
});

describe("before init", () => {
  it.each(["read", "broadcast", "topology"])("answers %s with error 11", (type) => {
    const { transport } = compose();
    expect(transport.deliver("c1", { type, msg_id: 4, message: 1, topology: {} })).toEqual([error("c1", 11, 4)]);
  });

  it("drops members' messages with one line, because it does not know its members", () => {
    const { transport, log } = compose();
    expect(transport.deliver("n1", { type: "gossip", values: [1] })).toEqual([]);
    expect(log.lines).toHaveLength(1);
  });
});

describe("init", () => {
  it("lets the node wait for its topology, once", () => {
    const { transport, engine } = joined();
    transport.deliver("c0", { ...init, msg_id: 2 });
    expect([engine.standsBy, engine.started]).toEqual([1, []]);
  });

  it("makes the node and answers", () => {
    const { transport, nodes, identities } = compose();
    expect(transport.deliver("c0", init)).toEqual([{ to: "c0", body: { type: "init_ok", in_reply_to: 1 } }]);
    expect(nodes.map(({ cluster }) => cluster)).toEqual([{ self: "n0", members: ["n0", "n1", "n2"] }]);
    expect(identities).toEqual(["n0"]);
  });

  it("is answered again when it comes again, and creates no second node", () => {
    const { transport, nodes, identities } = joined();
    expect(transport.deliver("c0", { ...init, msg_id: 2 })).toEqual([
      { to: "c0", body: { type: "init_ok", in_reply_to: 2 } },
    ]);
    expect([nodes.length, identities.length]).toEqual([1, 1]);
  });

  it.each([{ node_id: "n1" }, { node_ids: ["n0", "n1"] }, { node_ids: ["n1", "n0", "n2"] }, { node_id: "n7" }])(
    "is rejected with error 12 when it differs: %j",
    (change) => {
      const { transport, nodes } = joined();
      expect(transport.deliver("c0", { ...init, ...change, msg_id: 2 })).toEqual([error("c0", 12, 2)]);
      expect(nodes).toHaveLength(1);
      expect(transport.deliver("c0", { ...init, msg_id: 3 })).toMatchObject([{ body: { type: "init_ok" } }]);
    },
  );
});

describe("topology", () => {
  it("starts the node with the neighbours that init named, and no others", () => {
    const { transport, engine } = joined();
    const topology = { n0: ["n2", "n9", "n0", "n1", "n1"], n9: ["n0"], n1: ["n0"] };
    expect(transport.deliver("c1", { type: "topology", msg_id: 2, topology })).toEqual([
      { to: "c1", body: { type: "topology_ok", in_reply_to: 2 } },
    ]);
    expect(engine.started.map((started) => [...started])).toEqual([
      [
        ["n0", ["n1", "n2"]],
        ["n1", ["n0"]],
        ["n2", []],
      ],
    ]);
  });

  it("is answered each time, and restarts the node only if it changed", () => {
    const { transport, engine } = joined();
    for (const [msg_id, topology] of [{ n0: ["n1"] }, { n0: ["n1", "n9"] }, { n0: ["n2"] }].entries())
      expect(transport.deliver("c1", { type: "topology", msg_id, topology })).toMatchObject([
        { body: { type: "topology_ok" } },
      ]);
    expect(engine.started.map((started) => started.get("n0"))).toEqual([["n1"], ["n2"]]);
  });

  it("does not affect the node when it is invalid", () => {
    const { transport, engine } = joined();
    expect(transport.deliver("c1", { type: "topology", msg_id: 2, topology: { n0: "n1" } })).toEqual([
      error("c1", 12, 2),
    ]);
    expect(engine.started).toEqual([]);
  });
});

describe("broadcast and read", () => {
  it("answers a broadcast once the node accepts it, even before topology", () => {
    const { transport, engine } = joined();
    expect(transport.deliver("c1", { type: "broadcast", msg_id: 7, message: "a" })).toEqual([]);
    engine.waiting[0]?.();
    expect(transport.sent.at(-1)).toEqual({ to: "c1", body: { type: "broadcast_ok", in_reply_to: 7 } });
  });

  it("answers with error 0 if fewer nodes than requested have the value, and keeps it", () => {
    const { transport, engine } = joined({ ack: "all" });
    transport.deliver("c1", { type: "broadcast", msg_id: 7, message: "a" });
    expect(engine.assurances).toEqual([{ nodes: "all", timeout: 3500 }]);
    engine.waiting[0]?.({ known: 1, needed: 3, missing: ["n1", "n2"] });
    const text = expect.stringContaining(
      "1 of 3 nodes confirmed it, no confirmation came from n1, n2; the value is kept",
    );
    expect(transport.sent.at(-1)).toEqual({ to: "c1", body: { type: "error", in_reply_to: 7, code: 0, text } });
    expect(engine.values()).toEqual(["a"]);
  });

  it.each([
    ["local", 1, 0],
    [2, 2, 0],
    [3, 3, 0],
    [4, "all", 1],
  ])("with --ack %s waits for %s of three nodes, and logs once if there are too few", (ack, nodes, lines) => {
    const { transport, engine, log } = joined({ ack });
    for (const message of ["a", "b"]) transport.deliver("c1", { type: "broadcast", msg_id: 7, message });
    expect(engine.assurances.map((assurance) => assurance?.nodes)).toEqual([nodes, nodes]);
    expect(log.lines).toHaveLength(lines);
    for (const line of log.lines) expect(line).toContain("--ack 4 exceeds the number of nodes, 3;");
  });

  it("answers a read with every value", () => {
    const { transport } = joined();
    for (const message of [1, "1", null, 1]) transport.deliver("c1", { type: "broadcast", msg_id: 1, message });
    expect(transport.deliver("c2", { type: "read", msg_id: 8 })).toEqual([
      { to: "c2", body: { type: "read_ok", messages: [1, "1", null], in_reply_to: 8 } },
    ]);
  });

  it("rejects a number that would be altered and a value that no message could carry, and keeps neither", () => {
    const { transport, engine } = joined();
    const notes = { inexactNumber: () => "1e400" };
    const inexact = { type: "broadcast", msg_id: 1, message: Number.POSITIVE_INFINITY };
    expect(transport.deliver("c1", inexact, notes)).toEqual([error("c1", 12, 1)]);
    const large = { type: "broadcast", msg_id: 2, message: "x".repeat(transport.maxMessageBytes) };
    expect(transport.deliver("c1", large)).toEqual([error("c1", 12, 2)]);
    expect(engine.values()).toEqual([]);
  });
});

describe("an invalid message", () => {
  it("is answered with error 10 if its type is not known", () => {
    expect(joined().transport.deliver("c1", { type: "gossip", msg_id: 3 })).toEqual([error("c1", 10, 3)]);
  });

  it.each([
    ["a client without msg_id", "c1", { type: "read" }],
    ["a client whose msg_id is no integer", "c1", { type: "read", msg_id: 1.5 }],
    ["a client whose msg_id is too large to be given back", "c1", { type: "read", msg_id: 2 ** 53 }],
    ["an unknown sender", "x1", { type: "read", msg_id: 1 }],
    ["a node that is no member", "n9", { type: "gossip", values: [1] }],
    ["what claims to be this node", "n0", { type: "gossip", values: [1] }],
    ["what only looks like a client", "c1x", { type: "read", msg_id: 1 }],
    ["a body that is no object", "c1", 7],
    ["no body", "n1", null],
  ])("is dropped with one line if it comes from %s", (_, from, body) => {
    const { transport, log, engine } = joined();
    expect(transport.deliver(from, body)).toEqual([]);
    expect(log.lines).toHaveLength(1);
    expect(engine.received).toEqual([]);
  });

  it("does not stop the node if handling it fails", () => {
    const { transport, log } = joined();
    transport.deliver("n2", { type: "gossip" });
    expect(log.lines).toEqual([expect.stringContaining("n2 is too much")]);
  });
});

describe("members' messages", () => {
  it("go to the node, even before topology", () => {
    const { transport, engine } = joined();
    expect(transport.deliver("n1", { type: "gossip", values: [1] })).toEqual([]);
    expect(engine.received).toEqual([{ from: "n1", body: { type: "gossip", values: [1] } }]);
  });

  it("go to the node also if a member's name looks like a client's", () => {
    const { transport, nodes } = compose();
    transport.deliver("c0", { ...init, node_ids: ["n0", "c5"] });
    transport.deliver("c5", { type: "read", msg_id: 1 });
    expect(nodes[0]?.received).toHaveLength(1);
  });
});

describe("the end", () => {
  it("stops the node, if there is one", () => {
    compose().service.stop();
    const { service, engine } = joined();
    service.stop();
    expect(engine.stopped).toBe(true);
  });

  it("answers error 13 if a request fails unexpectedly", () => {
    const { transport, engine, log } = joined();
    engine.values = () => {
      throw new Error("out of order");
    };
    expect(transport.deliver("c1", { type: "read", msg_id: 5 })).toEqual([error("c1", 13, 5)]);
    expect(log.lines).toEqual([expect.stringContaining("out of order")]);
  });
});
