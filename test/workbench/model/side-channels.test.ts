import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../../src/application/settings/settings.js";
import { FAULT_NAMES } from "../../../src/workbench/model/faults/fault-settings.js";
import type { HistoryEvent } from "../../../src/workbench/model/history.js";
import { Judge } from "../../../src/workbench/model/judge.js";
import type { BenchResult } from "../../../src/workbench/model/result.js";
import { type BenchSettings, DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { runVirtualBench } from "../../../src/workbench/virtual-cluster/run-virtual-bench.js";
import * as behaviours from "../../fixtures/nodes/behaviours.js";
import { inOddShapes, throughLinKv, throughSideChannel } from "../../fixtures/nodes/ways.js";
import { runVirtually } from "../support/virtual-bench.js";

const settings: BenchSettings = {
  ...DEFAULT_SETTINGS,
  nodeIds: numberedNodes(5),
  timeLimit: 10_000,
  rate: 20,
  latency: 50,
};
const allFaults: BenchSettings = { ...settings, timeLimit: 30_000, faults: FAULT_NAMES, faultInterval: 2_000 };

const sideChannels = ({ violations }: BenchResult) => violations.filter(({ rule }) => rule === "side-channel");

/** Nodes that share their values in the memory of this process. */
function sharedMemory(): behaviours.Behaviour {
  const others = new Map<string, (value: number) => void>();
  return throughSideChannel({
    open: (id, learn) => others.set(id, learn),
    publish: (id, _ids, value) => {
      for (const [other, learn] of others) if (other !== id) learn(value);
    },
  });
}

describe("values that no message brought", () => {
  const events: HistoryEvent[] = [];
  const result = runVirtually({
    settings,
    behaviour: sharedMemory(),
    listener: { event: (event) => events.push(event) },
  });

  it("fail the run, though nothing is lost, and Maelstrom would pass it", () => {
    expect(result).toMatchObject({ verdict: "failed", maelstrom: "valid", lostCount: 0, missingCount: 0 });
    expect(result.reasons[0]?.kind).toBe("violation");
  });

  it("are named with the value, its first node, and the node and time of the read", () => {
    const [first] = sideChannels(result);
    const [, value, origin] = /shows (\d+) \(given to (n\d) at \d+\.\d{3} s\)/.exec(first?.problem ?? "") ?? [];
    const given = result.values[Number(value)];
    expect(given?.node).toBe(origin);
    expect(first?.node).not.toBe(origin);
    expect(first?.time).toBeGreaterThanOrEqual(given?.invokedAt as number);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "ok", node: first?.node, time: first?.time, line: first?.line }),
    );
  });

  it("are in the history, so that check finds them too", () => {
    const [start, ...others] = events;
    const end = others.at(-1);
    if (start?.type !== "start" || end?.type !== "end") throw new Error("no whole history");
    const judge = new Judge(start);
    for (const event of others) if (event.type !== "end" && event.type !== "start") judge.add(event);
    expect(judge.finish(end)).toEqual(result);
  });

  it("are found on a single node that reads the values of others", () => {
    const peeked: number[] = [];
    const behaviourOf = (node: string): behaviours.Behaviour => {
      if (node !== "n4") {
        return (print) => {
          const receive = behaviours.flood(print);
          return (message) => {
            if (message.body.type === "broadcast") peeked.push(message.body.message as number);
            receive(message);
          };
        };
      }
      return (print) =>
        behaviours.flood((line) => {
          const { body } = line as { body: { type: string; messages: number[] } };
          if (body.type === "read_ok") body.messages = [...new Set([...body.messages, ...peeked])];
          print(line);
        });
    };
    const found = sideChannels(runVirtually({ settings, behaviourOf }));
    expect(new Set(found.map(({ node }) => node))).toEqual(new Set(["n4"]));
  });
});

describe("no side channel is suspected", () => {
  const right: [name: string, behaviour: behaviours.Behaviour][] = [
    ["flood", behaviours.flood],
    ["star", behaviours.star],
    ["nodes whose messages look like nothing", inOddShapes],
    ["nodes that use lin-kv", throughLinKv],
  ];
  const cases = right.flatMap(([name, behaviour]) =>
    (["constant", "uniform", "exponential"] as const).map((latencyDistribution) => ({
      name,
      behaviour,
      latencyDistribution,
    })),
  );

  it.each(cases)("$name, $latencyDistribution latency: the run passes", ({ behaviour, latencyDistribution }) => {
    const result = runVirtually({ settings: { ...settings, latencyDistribution }, behaviour });
    expect(result).toMatchObject({ verdict: "passed", maelstrom: "valid", violations: [] });
  });

  const wrong = Object.entries(behaviours).filter(
    (entry): entry is [string, behaviours.Behaviour] =>
      !["member", "staysSilent", "printsRubbish", "exitsHalfWay"].includes(entry[0]),
  );
  it.each([...right, ...wrong])("%s, with any faults", (_, behaviour) => {
    expect(sideChannels(runVirtually({ settings: allFaults, behaviour }))).toEqual([]);
  });

  it.each([1, 2, 3])("Tidecast's own nodes with journals that are killed, paused and cut off, seed %i", (seed) => {
    const node = resolveSettings({ preset: "frugal" });
    const result = runVirtualBench({ node, settings: { ...allFaults, seed }, limits: {}, withJournals: true });
    expect(result.faults.filter(({ fault, action }) => fault === "kill" && action === "start")).not.toEqual([]);
    expect(sideChannels(result)).toEqual([]);
  });
});

describe("nodes that use a service", () => {
  const result = runVirtually({ settings, behaviour: throughLinKv });

  it("need two latencies for each of its answers", () => {
    expect(result.answerTimes.p50).toBeGreaterThanOrEqual(2 * settings.latency);
    expect(result.answerTimes.p50).toBeLessThan(4 * settings.latency);
  });

  it("are charged for every request and every answer, and for nothing else", () => {
    const { broadcasts, reads } = result.operations;
    const expected = 2 * broadcasts.invoked + 2 * settings.nodeIds.length * reads.invoked;
    expect(result.messages.servers).toMatchObject({ count: expected, byService: { "lin-kv": { count: expected } } });
    expect(result.messagesPerOperation).toBe(expected / result.operations.invoked);
  });

  it("may do so before the topology: the answer does not count as an early request of a client", () => {
    const answers: string[] = [];
    const asksAtOnce: behaviours.Behaviour = (print) => {
      const receive = behaviours.flood(print);
      let init: Parameters<behaviours.Receive>[0] | undefined;
      return (message) => {
        const { src, dest, body } = message;
        if (body.type === "init") print({ src: dest, dest: "lin-tso", body: { type: "ts", msg_id: 1 } });
        // It answers init only then, so that topology comes later still.
        if (body.type === "init") init = message;
        else if (src !== "lin-tso") receive(message);
        else {
          answers.push(`${dest} ${body.type}`);
          if (init !== undefined) receive(init);
        }
      };
    };
    expect(runVirtually({ settings, behaviour: asksAtOnce }).verdict).toBe("passed");
    expect(answers.toSorted()).toEqual(settings.nodeIds.map((node) => `${node} ts_ok`));
  });

  it("and send it an unknown request get no answer, and the result notes it", () => {
    const asksInVain: behaviours.Behaviour = (print) => {
      const receive = behaviours.flood(print);
      return (message) => {
        receive(message);
        if (message.body.type === "topology")
          print({ src: message.dest, dest: "seq-kv", body: { type: "increment", msg_id: 1 } });
      };
    };
    const { verdict, notes, messages } = runVirtually({ settings, behaviour: asksInVain });
    expect(verdict).toBe("passed");
    expect(notes).toEqual([
      'seq-kv left 5 requests of type "increment" from n0, n1, n2, n3, n4 unanswered. As in Maelstrom, it supports only read, write and cas.',
    ]);
    expect(messages.servers.byService).toMatchObject({ "seq-kv": { count: 5 } });
  });
});
