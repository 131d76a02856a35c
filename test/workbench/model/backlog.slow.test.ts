import { describe, expect, it } from "vitest";
import type { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DEFAULT_FAULT_SETTINGS } from "../../../src/workbench/model/faults/fault-settings.js";
import type { NodeEvents, NodeHandle, NodeHost } from "../../../src/workbench/model/node-host.js";
import { type BenchSettings, DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { type Behaviour, flood } from "../../fixtures/nodes/behaviours.js";
import { InProcessHost } from "../support/in-process-host.js";
import { runVirtually } from "../support/virtual-bench.js";

const PADDING = "x".repeat(15 * 2 ** 20);

/** A right node, except that n0 sends n1 15 MiB with each of its first 40 broadcasts. */
const pours: Behaviour = (print) => {
  const receive = flood(print);
  let sent = 0;
  return (message) => {
    receive(message);
    if (message.dest !== "n0" || message.body.type !== "broadcast" || sent++ === 40) return;
    print(`{"src":"n0","dest":"n1","body":{"type":"pad","pad":"${PADDING}"}}`);
  };
};

/** Nodes of which n1 stops reading with the first message of n0. */
class DeafHost extends InProcessHost {
  override start(id: string, events: NodeEvents): NodeHandle {
    const handle = super.start(id, events);
    if (id !== "n1") return handle;
    return { ...handle, deliver: (delivery) => delivery.message.src !== "n0" && handle.deliver(delivery) };
  }
}

/** Nodes that do not read while they are paused. */
class HonestHost extends InProcessHost {
  override start(id: string, events: NodeEvents): NodeHandle {
    const handle = super.start(id, events);
    let isPaused = false;
    return {
      ...handle,
      deliver: (delivery) => handle.deliver(delivery) && !isPaused,
      pause: () => {
        isPaused = true;
        handle.pause();
      },
      resume: () => {
        isPaused = false;
        handle.resume();
        events.writable();
      },
    };
  }
}

const SETTINGS: BenchSettings = {
  ...DEFAULT_SETTINGS,
  nodeIds: numberedNodes(2),
  timeLimit: 10_000,
  rate: 50,
  latency: 10,
};

function run(settings: BenchSettings, host: (clock: FakeClock) => NodeHost) {
  const { verdict, violations, reasons, maelstrom } = runVirtually({ settings, host });
  return { verdict, maelstrom, violations, ended: reasons.find(({ kind }) => kind === "cut-short")?.text };
}

describe("a run ends before the messages in flight fill the memory, and blames", () => {
  it("a node that sends more messages than can be delivered", () => {
    const { violations, ...rest } = run(
      { ...SETTINGS, latency: 5000 },
      (clock) => new InProcessHost(clock, () => pours),
    );
    expect(rest).toEqual({
      ...{ verdict: "failed", maelstrom: "invalid" },
      ended: "the run was cut short: the messages in flight no longer fit into memory",
    });
    const problem = "sends faster than its messages can be delivered: 525 MiB of messages are in flight to n1";
    expect(violations).toMatchObject([{ rule: "overflow", node: "n0", problem }]);
  });

  it("a node that does not read", () => {
    const { violations } = run(SETTINGS, (clock) => new DeafHost(clock, () => pours));
    const problem = expect.stringMatching(
      /^does not read its input: 5\d\d MiB of messages wait for it, most of them from n0$/,
    );
    expect(violations).toMatchObject([{ rule: "overflow", node: "n1", problem }]);
  });

  it("the sender, if the bench itself has paused the receiver", () => {
    const faultSettings = { ...DEFAULT_FAULT_SETTINGS, gaps: "even", victim: "n1", pauseTime: 5000 } as const;
    const settings = { ...SETTINGS, faults: ["pause"], faultInterval: 500, faultSettings } as const;
    const { violations } = run(settings, (clock) => new HonestHost(clock, () => pours));
    expect(violations).toMatchObject([{ rule: "overflow", node: "n0" }]);
  });
});
