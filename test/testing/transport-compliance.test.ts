import { afterEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/adapters/seeded-random/seeded-random.js";
import type { MessageListener, Transport } from "../../src/domain/ports/transport.js";
import { ComplianceFailure, type TransportHarness, transportChecks } from "../../src/testing/transport-compliance.js";
import { memoryHarness } from "../support/memory-harness.js";

/** A transport that behaves like the sound one but for what is given here. */
type Break = (sound: Transport, id: string) => Partial<Transport>;

/** One mutant a check, by the check that has to notice it. */
const mutants: Record<string, Break> = {
  "delivers a message, and says who sent it": (sound) => ({
    onMessage: (listener) => sound.onMessage((_, body) => listener("x", body)),
  }),
  "delivers a message to nobody but its receiver": (sound) => ({
    send: (_, body) => {
      for (const to of ["a", "b", "c"]) sound.send(to, body);
    },
  }),
  "delivers each of many messages, both ways at once, in whatever order": (sound) => ({
    send: (to, body) => {
      if (!JSON.stringify(body).includes("message-99")) sound.send(to, body);
    },
  }),
  "returns from send before anything is delivered": synchronous(),
  "keeps what comes before there is a listener, and delivers it first": (sound) => {
    let current: MessageListener | undefined;
    sound.onMessage((from, body) => current?.(from, body));
    return {
      onMessage: (listener) => {
        current = listener;
      },
    };
  },
  "delivers to the listener that was set last, and to it alone": (sound) => {
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
  "carries a body of as many bytes as it promises": (sound) => ({ maxMessageBytes: sound.maxMessageBytes + 1 }),
  "drops a body that is too large with a line of the log, and goes on": (sound) => ({
    send: (to, body) => {
      if (JSON.stringify(body).length <= sound.maxMessageBytes) sound.send(to, body);
    },
  }),
  "holds no more than it promises for a member that is away": hoarding(),
  "takes a burst for a slow member: bounded, without an error, and goes on": (sound) => {
    let sent = 0;
    return {
      send: (to, body) => {
        if (++sent > 200) throw new Error("the buffer is full");
        sound.send(to, body);
      },
    };
  },
  "closes, also twice, and also with nobody there": (sound) => {
    let closed = false;
    return {
      close: async () => {
        if (closed) throw new Error("closed already");
        closed = true;
        await sound.close();
      },
    };
  },
  "sends what was sent just before close": (sound) => {
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
  "delivers nothing to a member that is closed": () => ({ close: async () => {} }),
  "reaches a member that went away and came back under its id": firstLifeOnly(),
  "reaches a member that crashed and came back under its id": firstLifeOnly(),
  "loses a message to a stranger, and goes on": (sound) => ({
    send: (to, body) => {
      if (!["a", "b", "c"].includes(to)) throw new Error(`there is no ${to}`);
      sound.send(to, body);
    },
  }),
  "takes a message to itself without harm": (sound, id) => {
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

  describe("lets pass a network that loses, doubles and reorders: it", () => {
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
