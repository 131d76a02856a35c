import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryJournals } from "../../src/adapters/memory-journal/memory-journals.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import type { ClosableTransport } from "../../src/application/options/closable-transport.js";
import { createNode, InvalidOptions, type NodeOptions, type Transport } from "../../src/library/index.js";

/** Options that are right, on a clock of their own. */
function options(): NodeOptions & { clock: FakeClock } {
  const clock = new FakeClock();
  return { id: "a", members: ["a"], transport: new MemoryNetwork(clock, () => 1).attach("a"), clock };
}

const small = (maxMessageBytes: number) => ({ ...options().transport, maxMessageBytes });

/** A transport that knows whether it is closed. */
const closable = (transport: Transport, isClosed: boolean): ClosableTransport => ({ ...transport, isClosed });

describe("createNode", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ id: undefined }, "createNode needs the option id"],
    [{ id: "" }, "createNode's option id must be a string of 1 to 200 characters"],
    [{ id: " a", members: [" a"] }, 'without white space at its ends or control characters, but it is " a"'],
    [{ members: ["a", "b "] }, "createNode's option members[1] must be a string of 1 to 200 characters"],
    [{ members: ["b", "c"] }, `createNode's option members must contain this node's own id, "a", but it is ["b","c"]`],
    [
      { members: ["a", "a"] },
      'createNode\'s option members must be a list of different ids, or a Membership (such as natsMembership), but it is ["a","a"]',
    ],
    [
      { transport: {} },
      "createNode's option transport must be a Transport: send, onMessage, maxMessageBytes and close",
    ],
    [
      { budget: "quick" },
      "createNode's option budget must be one of default, frugal, eager, or { median, max } in whole ms",
    ],
    [{ budget: "proposal" }, "createNode's option budget must be one of default, frugal, eager"],
    [{ budget: { median: 500, max: 100 } }, "createNode's option budget is invalid: median 500 exceeds max 100"],
    [
      { budget: { max: 1.5 } },
      "createNode's option budget must be one of default, frugal, eager, or { median, max } in whole ms",
    ],
    [{ budget: { max: 10 ** 9 } }, "createNode's option budget is invalid: invalid value 1000000000 for max"],
    [{ budget: {} }, "with at least one of them"],
    [{ identity: "uuid" }, `createNode's option identity must be "content" or "event", but it is "uuid"`],
    [{ ack: 0 }, `createNode's option ack must be "local", "all", or a whole number from 1, but it is 0`],
    [{ ack: "most" }, `createNode's option ack must be "local", "all", or a whole number from 1`],
    [{ ack: 2 }, `createNode's option ack must be "all" or at most 1, the number of members, but it is 2`],
    [{ ackTimeout: 0 }, "createNode's option ackTimeout must be at least 1 ms"],
    [
      { journal: "" },
      "createNode's option journal must be a folder's path, or a function that opens a journal, but it is",
    ],
    [{ retain: {} }, "createNode's option retain must be { maxAge, maxCount }, with at least one of them"],
    [{ retain: { maxAge: -1 } }, "createNode's option retain.maxAge must be at least 1 ms, but it is -1"],
    [{ codec: { encode: () => 1 } }, "createNode's option codec must be a Codec: encode and decode"],
    [
      { retian: { maxAge: 1 } },
      "createNode has no option retian; the options are id, members, budget, transport, journal",
    ],
    [{ retian: { maxAge: 1 } }, "; did you mean retain?"],
    [{ retain: { maxAgee: 1 } }, "did you mean retain.maxAge?"],
    [
      { log: {} },
      "createNode's option log must be a Log: an object with the method line, or a function that takes events, such as pinoLog(logger) or consoleLog(), but it is an object",
    ],
    // A logger of pino itself lacks an adapter.
    [{ log: { info: () => {} } }, "such as pinoLog(logger)"],
    [
      { transport: small(1_399) },
      "createNode's option transport.maxMessageBytes must be a whole number of bytes from 1400",
    ],
    [{ transport: small(-5536) }, "but it is -5536"],
    [{ transport: small("1000000" as unknown as number) }, 'but it is "1000000"'],
    [{ transport: small(Number.NaN) }, "but it is NaN"],
    [{ transport: small(Number.POSITIVE_INFINITY) }, "but it is Infinity"],
  ])("reports the problem with %j", async (wrong, message) => {
    const all = { ...options(), ...wrong } as NodeOptions;
    const error = await createNode(all).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidOptions);
    expect(error.message).toContain(message);
  });

  it("rejects a transport that is closed", async () => {
    const all = options();
    const error = await createNode({ ...all, transport: closable(all.transport, true) }).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidOptions);
    expect(error.message).toBe("createNode's option transport is closed; open another one");
  });

  it("rejects a transport that has a node, and accepts one whose node was not created", async () => {
    const { transport, ...others } = options();
    const all = { ...others, transport: closable(transport, false) };
    const failing = () => {
      throw new Error("no journal");
    };
    await expect(createNode({ ...all, journal: failing })).rejects.toThrow("no journal");
    const node = await createNode(all);
    for (const close of [async () => {}, () => node.close()]) {
      await close();
      const error = await createNode(all).catch((reason) => reason);
      expect(error).toBeInstanceOf(InvalidOptions);
      expect(error.message).toMatch(/^createNode's option transport belongs to another node/);
    }
  });

  it("accepts a transport that does not know whether it is closed for one node after another", async () => {
    const all = options();
    await (await createNode(all)).close();
    await (await createNode(all)).close();
  });

  it("resolves a broadcast once the journal has it, and not before", async () => {
    const { clock, ...rest } = options();
    const journals = new MemoryJournals(clock, { gatherTime: 10, syncTime: 5 });
    const node = await createNode({ ...rest, clock, journal: journals.open });
    let isAccepted = false;
    const broadcast = node.broadcast("kept").then(() => {
      isAccepted = true;
    });
    clock.advance(14);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAccepted).toBe(false);
    clock.advance(1);
    await broadcast;
    await node.close();
    const again = await createNode({ ...rest, clock, journal: journals.open });
    const told: unknown[] = [];
    again.on("delivery", (delivery) => told.push(delivery));
    clock.advance(1000);
    expect(again.values()).toEqual(["kept"]);
    // It is no news.
    expect(told).toEqual([]);
  });

  it("leaves no timer behind when it is closed", async () => {
    const { clock, ...rest } = options();
    const node = await createNode({ ...rest, clock, members: ["a", "b"], retain: { maxAge: 1000 } });
    void node.broadcast(1);
    await node.close();
    clock.advance(600_000);
    expect(clock.step()).toBe(false);
  });
});
