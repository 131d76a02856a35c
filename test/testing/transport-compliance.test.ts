import { afterEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import { InvalidOptions } from "../../src/application/options/invalid-options.js";
import { type MessageListener, SMALLEST_MESSAGE_LIMIT, type Transport } from "../../src/domain/ports/transport.js";
import { ComplianceFailure, type TransportHarness, transportChecks } from "../../src/testing/transport-compliance.js";
import { memoryHarness } from "../support/memory-harness.js";

/** A transport that behaves like the sound one except for the given parts. */
type Break = (sound: Transport, id: string) => Partial<Transport>;

/** One mutant a check, by the check that has to notice it. */
const mutants: Record<string, Break> = {
  "delivers a message with the id of its sender": (sound) => ({
    onMessage: (listener) => sound.onMessage((_, body) => listener("x", body)),
  }),
  "delivers a message only to its receiver": (sound) => ({
    send: (_, body) => {
      for (const to of ["a", "b", "c"]) sound.send(to, body);
    },
  }),
  "delivers each of many messages, in both directions at once, in any order": (sound) => ({
    send: (to, body) => {
      if (!JSON.stringify(body).includes("message-99")) sound.send(to, body);
    },
  }),
  "returns from send before anything is delivered": synchronous(),
  "keeps messages that come before there is a listener, and delivers them first": (sound) => {
    let current: MessageListener | undefined;
    sound.onMessage((from, body) => current?.(from, body));
    return {
      onMessage: (listener) => {
        current = listener;
      },
    };
  },
  "delivers only to the listener that was set last": (sound) => {
    const listeners: MessageListener[] = [];
    return {
      onMessage: (listener) => {
        listeners.push(listener);
        sound.onMessage((from, body) => {
          for (const each of listeners) each(from, body);
        });
      },
    };
  },
  "carries bodies unchanged: any text, number, depth and key": (sound) => ({
    send: (to, body) => sound.send(to, JSON.parse(JSON.stringify(body).replaceAll("\\u0000", ""))),
  }),
  "sends a body as it was when send was called": (sound) => ({
    send: (to, body) => {
      setImmediate(() => sound.send(to, body));
    },
  }),
  "carries a body of maxMessageBytes": (sound) => ({ maxMessageBytes: sound.maxMessageBytes + 1 }),
  "drops a body that is too large, logs it, and continues": (sound) => ({
    send: (to, body) => {
      if (JSON.stringify(body).length <= sound.maxMessageBytes) sound.send(to, body);
    },
  }),
  "holds no more messages than it promises for an absent member": hoarding(),
  "survives a burst for a slow member, within its bound and without an error": (sound) => {
    let sent = 0;
    return {
      send: (to, body) => {
        if (++sent > 200) throw new Error("the buffer is full");
        sound.send(to, body);
      },
    };
  },
  "closes, also twice, and also when no other member is there": (sound) => {
    let closed = false;
    return {
      close: async () => {
        if (closed) throw new Error("closed already");
        closed = true;
        await sound.close();
      },
    };
  },
  "sends messages that were passed to it just before close": (sound) => {
    const pending = new Set<NodeJS.Immediate>();
    return {
      send: (to, body) => {
        const copy = structuredClone(body);
        pending.add(setImmediate(() => sound.send(to, copy)));
      },
      close: () => {
        for (const immediate of pending) clearImmediate(immediate);
        return sound.close();
      },
    };
  },
  "sends nothing after close": () => ({ close: async () => {} }),
  "delivers nothing to a closed member": () => ({ close: async () => {} }),
  "reaches a member that left and came back with the same id": firstLifeOnly(),
  "reaches a member that crashed and came back with the same id": firstLifeOnly(),
  "drops a message to a stranger, and continues": (sound) => ({
    send: (to, body) => {
      if (!["a", "b", "c"].includes(to)) throw new Error(`there is no ${to}`);
      sound.send(to, body);
    },
  }),
  "survives a message to itself": (sound, id) => {
    let own: MessageListener | undefined;
    return {
      send: (to, body) => (to === id ? own?.(id, body) : sound.send(to, body)),
      onMessage: (listener) => {
        own = listener;
        sound.onMessage(listener);
      },
    };
  },
  "leaves no handle and no listener behind": (sound) => {
    leaked.push(setInterval(() => {}, 60_000));
    return sound;
  },
};

const leaked: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const timer of leaked.splice(0)) clearInterval(timer);
});

/** Delivers to other members of the same harness within send. */
function synchronous(): Break {
  const listeners = new Map<string, MessageListener>();
  return (_, id) => ({
    send: (to, body) => listeners.get(to)?.(id, JSON.parse(JSON.stringify(body))),
    onMessage: (listener) => {
      listeners.set(id, listener);
    },
  });
}

/** Holds everything for members that are away, although the harness says that it holds nothing. */
function hoarding(): Break {
  const there = new Set<string>();
  const held: { to: string; send: () => void }[] = [];
  return (sound, id) => {
    there.add(id);
    for (const { to, send } of held) if (to === id) send();
    return {
      send: (to, body) => (there.has(to) ? sound.send(to, body) : held.push({ to, send: () => sound.send(to, body) })),
      close: () => {
        there.delete(id);
        return sound.close();
      },
    };
  };
}

/** A member's first life is the only one that ever gets or sends a message. */
function firstLifeOnly(): Break {
  const lives = new Map<string, number>();
  return (_, id) => {
    const life = (lives.get(id) ?? 0) + 1;
    lives.set(id, life);
    return life === 1 ? {} : { send: () => {} };
  };
}

function broken(change: Break): TransportHarness {
  const harness = memoryHarness();
  const sound = new Map<Transport, Transport>();
  return {
    ...harness,
    patience: 1000,
    open: async (id, members) => {
      const transport = await harness.open(id, members);
      const mutant = {
        maxMessageBytes: transport.maxMessageBytes,
        send: transport.send,
        onMessage: transport.onMessage,
      };
      const changed: Transport = { ...mutant, close: transport.close, ...change(transport, id) };
      sound.set(changed, transport);
      return changed;
    },
    release: async () => {
      for (const transport of sound.values()) await transport.close();
    },
  };
}

describe("the compliance suite", () => {
  it("has a mutant for each of its checks", () => {
    expect(Object.keys(mutants).sort()).toEqual(
      transportChecks(memoryHarness)
        .map(({ name }) => name)
        .sort(),
    );
  });

  describe("notices a transport that is broken where it", () => {
    for (const [name, change] of Object.entries(mutants))
      it(name, async () => {
        const check = transportChecks(() => broken(change)).find((each) => each.name === name);
        await expect(check?.run()).rejects.toThrow(ComplianceFailure);
      });
  });

  describe("passes a transport of the smallest size: it", () => {
    for (const { name, run } of transportChecks(() => memoryHarness({ maxMessageBytes: SMALLEST_MESSAGE_LIMIT })))
      it(name, run);
  });

  it("notices a transport that is too small for nodes", async () => {
    const checks = transportChecks(() => memoryHarness({ maxMessageBytes: SMALLEST_MESSAGE_LIMIT - 1 }));
    const check = checks.find(({ name }) => name === "carries a body of maxMessageBytes");
    await expect(check?.run()).rejects.toThrow(
      "maxMessageBytes must be a whole number of bytes from 1400, as createNode requires, but it is 1399",
    );
  });

  it("prints the harness's log with a failure, at most its last 50 lines", async () => {
    const failing = (log: string[]) => async () => {
      const harness = broken(mutants["sends nothing after close"] as Break);
      const check = transportChecks(() => ({ ...harness, log })).find(
        ({ name }) => name === "sends nothing after close",
      );
      return check?.run();
    };
    await expect(failing(["b refused", "a gave up"])()).rejects.toThrow(
      "a closed transport must not send, but it did\nThe harness's log says:\n  b refused\n  a gave up",
    );
    await expect(failing([])()).rejects.toThrow("The harness's log says:\n  (nothing)");
    const many = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const error = (await failing(many)().catch((reason) => reason)) as Error;
    expect(error).toMatchObject({ name: "ComplianceFailure", code: "TIDECAST_COMPLIANCE_FAILURE" });
    expect(error.message).toContain("\n  … 10 earlier lines\n  line 10\n");
    expect(error.message).not.toContain("line 9\n");
  });

  it("prints the log also if the harness itself fails", async () => {
    const harness = { ...memoryHarness(), log: ["a line"], open: () => Promise.reject(new Error("no port is free")) };
    const [check] = transportChecks(() => harness);
    await expect(check?.run()).rejects.toThrow("no port is free\nThe harness's log says:\n  a line");
  });

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "transportChecks needs a TransportHarness from createHarness, not undefined"],
    ["no open", { open: undefined }, "the transport harness needs open"],
    ["a log of its own", { log: { line: () => {} } }, "option log must be a list of lines, but it is an object"],
    ["no promise", { forSlowMember: undefined }, "needs forSlowMember"],
    [
      "a wrong promise",
      { forSlowMember: { maxBytes: 5, keeps: "most" } },
      "option forSlowMember must be { maxBytes, keeps }",
    ],
    ["a number as text", { forAbsentMember: { maxBytes: "5", keeps: "newest" } }, "option forAbsentMember must be"],
    [
      "a patience that is a text",
      { patience: "1000" },
      'option patience must be a number of ms from 1 to 2147483647, but it is "1000"',
    ],
    ["a watch of no time", { watch: 0 }, "option watch must be"],
    ["a misspelled part", { patiense: 1000 }, "has patiense, which the suite does not use; did you mean patience?"],
  ])("rejects a harness with %s", async (_, change, problem) => {
    const harness = change === undefined ? undefined : { ...memoryHarness(), ...(change as object) };
    const [check] = transportChecks(() => harness as TransportHarness);
    const error = await check?.run().catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidOptions);
    expect(error.message).toContain(problem);
  });

  it("accepts further properties of a harness", async () => {
    const [check] = transportChecks(() => ({ ...memoryHarness(), network: {}, ports: [1, 2] }));
    await check?.run();
    expect(() => transportChecks(undefined as unknown as () => TransportHarness)).toThrow(InvalidOptions);
  });

  describe("passes a network that loses, duplicates and reorders: it", () => {
    for (const { name, run } of transportChecks(unreliable)) it(name, run);
  });
});

/** One message in ten is lost, one in ten comes twice, and each takes its own time. */
function unreliable(): TransportHarness {
  const random = new SeededRandom(1);
  const harness = memoryHarness({
    latency: () => (random.next() < 0.1 ? undefined : 200 * random.next()),
    copies: () => (random.next() < 0.1 ? 2 : 1),
  });
  return { ...harness, forSlowMember: { maxBytes: Number.POSITIVE_INFINITY, keeps: "some" } };
}
