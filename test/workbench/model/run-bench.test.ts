import { describe, expect, it } from "vitest";
import type { HistoryEvent, InvokeEvent } from "../../../src/workbench/model/history.js";
import { decodeEvent, encodeEvent } from "../../../src/workbench/model/history-lines.js";
import { Judge } from "../../../src/workbench/model/judge.js";
import type { NodeHost } from "../../../src/workbench/model/node-host.js";
import { type BenchSettings, DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import * as behaviours from "../../fixtures/nodes/behaviours.js";
import { InProcessHost } from "../support/in-process-host.js";
import { runVirtually } from "../support/virtual-bench.js";

const { flood } = behaviours;
const settings: BenchSettings = {
  ...DEFAULT_SETTINGS,
  nodeIds: numberedNodes(5),
  timeLimit: 10_000,
  rate: 20,
  latency: 10,
};

function historyOf(run: Parameters<typeof runVirtually>[0]) {
  const events: HistoryEvent[] = [];
  const result = runVirtually({ ...run, listener: { event: (event) => events.push(event) } });
  return { result, events };
}

const isInvoke = (event: HistoryEvent): event is InvokeEvent => event.type === "invoke";

describe("a run in virtual time", () => {
  it("passes with a correct node and ends every node", () => {
    let host: InProcessHost | undefined;
    const result = runVirtually({
      settings,
      host: (clock) => {
        host = new InProcessHost(clock, () => flood);
        return host;
      },
    });
    expect(result).toMatchObject({ verdict: "passed", lostCount: 0, violationCount: 0 });
    expect(host?.running).toBe(0);
  });

  it("is the same with the same seed, and different with another", () => {
    const first = runVirtually({ settings, behaviour: flood });
    expect(runVirtually({ settings, behaviour: flood })).toEqual(first);
    expect(runVirtually({ settings: { ...settings, seed: 2 }, behaviour: flood }).messages).not.toEqual(first.messages);
  });

  it("runs 25 nodes for 40 s within seconds", () => {
    const large = { ...settings, nodeIds: numberedNodes(25), timeLimit: 40_000, rate: 100, latency: 100 };
    const begun = process.cpuUsage();
    expect(runVirtually({ settings: large, behaviour: flood }).verdict).toBe("passed");
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1e6).toBeLessThan(10);
  });

  it("judged again from its history gives the same result", () => {
    const faulty = { ...settings, faults: ["partition"] as const, faultInterval: 1000 };
    const { result, events } = historyOf({ settings: faulty, behaviour: behaviours.inventsAValue });
    const decoded = events.map((event) => decodeEvent(encodeEvent(event)));
    const [start, ...others] = decoded;
    if (start?.type !== "start") throw new Error("no start");
    const judge = new Judge(start);
    for (const event of others) if (event.type !== "end" && event.type !== "start") judge.add(event);
    const end = others.at(-1);
    if (end?.type !== "end") throw new Error("no end");
    expect(JSON.parse(JSON.stringify(judge.finish(end)))).toEqual(JSON.parse(JSON.stringify(result)));
  });
});

describe("the workload", () => {
  const { events, result } = historyOf({ settings: { ...settings, timeLimit: 100_000 }, behaviour: flood });
  const invoked = events.filter(isInvoke);
  const timed = invoked.filter((event) => event.final === undefined);

  it("is half broadcasts of the next integer, half reads", () => {
    const values = timed.filter((event) => event.operation === "broadcast").map((event) => event.value);
    expect(values).toEqual(values.map((_, index) => index));
    expect(values.length / timed.length).toBeCloseTo(0.5, 1);
  });

  it("has gaps uniform in 0 … 2/rate", () => {
    const gaps = timed.slice(1).map((event, index) => event.time - (timed[index] as InvokeEvent).time);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(100);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(50, -1);
    expect(gaps.filter((gap) => gap < 25).length / gaps.length).toBeCloseTo(0.25, 1);
    expect(result.rate.achieved).toBeCloseTo(20, 0);
  });

  it("is assigned evenly to the workers", () => {
    const shares = settings.nodeIds.map((node) => timed.filter((event) => event.node === node).length / timed.length);
    for (const share of shares) expect(Math.abs(share - 0.2)).toBeLessThan(0.15);
  });

  it("begins only one final read on every worker at once after the time limit and the rest", () => {
    const final = invoked.filter((event) => event.final);
    expect(Math.max(...timed.map((event) => event.time))).toBeLessThan(100_000);
    expect(final.map((event) => event.node)).toEqual(settings.nodeIds);
    expect(new Set(final.map((event) => event.time)).size).toBe(1);
    expect(final[0]?.time).toBeGreaterThanOrEqual(110_000);
    expect(final[0]?.time).toBeLessThan(110_100);
  });

  it("with rate 0 has only reads at the end, and there is nothing to judge", () => {
    const idle = runVirtually({ settings: { ...settings, rate: 0 }, behaviour: flood });
    expect(idle.operations.invoked).toBe(5);
    expect(idle).toMatchObject({ verdict: "disturbed", reasons: [{ kind: "unknown" }] });
  });

  it("does not catch up when every worker was busy", () => {
    // One node that takes 1 s for each answer, asked 20 times a second: 10 operations in 10 s, not a queue of 200.
    const slow: behaviours.Behaviour = (print) => flood(print);
    const result = runVirtually({
      settings: { ...settings, nodeIds: ["n0"] },
      host: (clock) => delayed(new InProcessHost(clock, () => slow), (task) => void clock.schedule(1000, task)),
    });
    expect(result.operations.invoked).toBeLessThanOrEqual(11);
    expect(result.operations.invoked).toBeGreaterThanOrEqual(9);
  });
});

/** A host whose nodes say everything later. */
function delayed(host: NodeHost, later: (task: () => void) => void): NodeHost {
  return {
    start: (nodeId, events) =>
      host.start(nodeId, { ...events, printed: (printed) => later(() => events.printed(printed)) }),
  };
}

describe("a request without an answer in time", () => {
  const answersAllBut = (type: string): behaviours.Behaviour => {
    return (print) => {
      const receive = flood(print);
      return (message) => {
        if (message.body.type !== type || message.dest !== "n1") receive(message);
      };
    };
  };

  it("fails a read after 5 s; the worker continues with the same client", () => {
    const { events, result } = historyOf({ settings, behaviour: answersAllBut("read") });
    const failed = events.find((event) => event.type === "fail");
    const begun = events.find((event) => isInvoke(event) && event.node === "n1" && event.operation === "read");
    if (failed?.type !== "fail" || !begun || !isInvoke(begun)) throw new Error("no failed read");
    expect(failed.time - begun.time).toBeCloseTo(5000, 0);
    expect(result.operations.reads.failed).toBeGreaterThan(0);
    expect(result.operations.indeterminate).toBe(0);
    expect(new Set(events.filter(isInvoke).map((event) => event.process)).size).toBe(5);
  });

  it("leaves a broadcast indeterminate; the worker continues as another process", () => {
    const { events, result } = historyOf({ settings, behaviour: answersAllBut("broadcast") });
    expect(result.operations.broadcasts.indeterminate).toBeGreaterThan(0);
    expect(result.operations.failed).toBe(0);
    expect(events.filter(isInvoke).some((event) => event.node === "n1" && event.process === 6)).toBe(true);
  });

  it("that is answered later is a breach, since its client has left", () => {
    const late: behaviours.Behaviour = (print) => {
      const receive = flood((line) => {
        const { body } = line as { body: { type: string } };
        if (body.type === "broadcast_ok") held.push(() => print(line));
        else print(line);
      });
      const held: (() => void)[] = [];
      return (message) => {
        receive(message);
        if (message.body.type === "read" && held.length > 1) held.shift()?.();
      };
    };
    const result = runVirtually({ settings: { ...settings, timeLimit: 20_000 }, behaviour: late });
    expect(result.verdict).toBe("failed");
    expect(result.violations[0]).toMatchObject({ rule: "late-reply" });
    expect(result.violations[0]?.problem).toMatch(
      /^answered broadcast after \d+\.\d s, too late: clients wait only 5 s$/,
    );
  });
});

describe("an error reply", () => {
  const refuses = (code: unknown): behaviours.Behaviour => {
    return (print) =>
      flood((line) => {
        const { body, ...rest } = line as { body: { type: string; in_reply_to: number } };
        const refused = { type: "error", code, text: "no", in_reply_to: body.in_reply_to };
        print(body.type === "broadcast_ok" ? { ...rest, body: refused } : line);
      });
  };

  it("that is definite fails the operation", () => {
    const { operations } = runVirtually({ settings, behaviour: refuses(11) });
    expect(operations.broadcasts.failed).toBe(operations.broadcasts.invoked);
  });

  it("that is not leaves the operation indeterminate", () => {
    const { operations } = runVirtually({ settings, behaviour: refuses(13) });
    expect(operations.broadcasts.indeterminate).toBe(operations.broadcasts.invoked);
  });

  it.each([
    [{ toString: {} }, '{"toString":{}}'],
    [["13"], '["13"]'],
    [undefined, "without a code"],
    [13, "13"],
  ])("may have any code: %j", (code, shown) => {
    const { events, result } = historyOf({ settings, behaviour: refuses(code) });
    expect(result.operations.broadcasts.indeterminate).toBe(result.operations.broadcasts.invoked);
    expect(events).toContainEqual(expect.objectContaining({ operation: "broadcast", error: `error ${shown}: no` }));
  });
});

describe("partitions", () => {
  const { events, result } = historyOf({
    settings: { ...settings, timeLimit: 60_000, faults: ["partition"], faultInterval: 2000 },
    behaviour: flood,
  });
  const faults = events.filter((event) => event.type === "fault");

  it("begin at once and alternate with healing, at gaps uniform in 0 … 2·interval", () => {
    expect(faults[0]).toMatchObject({ time: 0, action: "start" });
    expect(faults.map(({ action }) => action)).toEqual(faults.map((_, index) => (index % 2 === 0 ? "start" : "stop")));
    const timed = faults.filter(({ time }) => time < 60_000);
    const gaps = timed.slice(1).map((fault, index) => fault.time - (timed[index]?.time ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4000);
    expect(timed.length).toBeGreaterThan(15);
  });

  it("are healed before the final reads", () => {
    expect(faults.at(-1)).toMatchObject({ action: "stop", detail: "healed" });
    const final = events.find((event) => isInvoke(event) && event.final);
    expect(faults.at(-1)?.time).toBeLessThanOrEqual((final as InvokeEvent).time - settings.quiescence);
  });

  it("drop messages, so that a node that sends nothing twice loses values", () => {
    expect(result.messages.servers.dropped).toBeGreaterThan(0);
    expect(result).toMatchObject({ verdict: "failed" });
    expect(result.lostCount).toBeGreaterThan(0);
    expect(result.faults).toEqual(faults);
  });
});

describe("a node that breaks a rule fails the run, named with node and line", () => {
  const cases: [name: string, behaviour: behaviours.Behaviour, rule: string, problem: RegExp][] = [
    ["a stray line", behaviours.straysALine, "not-json", /not JSON/],
    ["a further key", behaviours.addsAKey, "malformed-reply", /sent broadcast_ok with the unknown key "ok"/],
    [
      "an unknown destination",
      behaviours.sendsToNobody,
      "unknown-destination",
      /sent spread to n99, which does not exist/,
    ],
    ["an invented value", behaviours.inventsAValue, "value-invented", /shows 1000000, which no client has broadcast/],
    ["a value twice in one read", behaviours.repeatsValues, "value-twice", /more than once/],
    ["another node's name", behaviours.impersonates, "wrong-sender", /printed a message from n99/],
  ];

  it.each(cases)("%s", (_, behaviour, rule, problem) => {
    const result = runVirtually({ settings, behaviour });
    expect(result.verdict).toBe("failed");
    const [violation] = result.violations;
    expect(violation?.rule).toBe(rule);
    expect(violation?.problem).toMatch(problem);
    expect(violation?.node).toMatch(/^n\d$/);
    expect(violation?.line).toBeGreaterThan(2);
  });

  it("an unknown key makes the operation indeterminate", () => {
    const { operations } = runVirtually({ settings, behaviour: behaviours.addsAKey });
    expect(operations.broadcasts).toMatchObject({ ok: 0, indeterminate: operations.broadcasts.invoked });
  });
});

describe("a node that loses values", () => {
  it("by keeping one to itself and forgetting it", () => {
    expect(runVirtually({ settings, behaviour: behaviours.dropsAValue })).toMatchObject({
      verdict: "failed",
      lost: [3],
    });
  });

  it("by forgetting all of them", () => {
    const result = runVirtually({ settings, behaviour: behaviours.forgets });
    expect(result.verdict).toBe("failed");
    expect(result.lostCount).toBe(result.operations.broadcasts.ok);
  });
});

describe("a cluster that does not start", () => {
  it("because a node never answers init is given up after 10 s", () => {
    const behaviourOf = (nodeId: string) => (nodeId === "n2" ? behaviours.staysSilent : flood);
    const result = runVirtually({ settings, behaviourOf });
    expect(result.verdict).toBe("failed");
    expect(result.violations).toEqual([
      { rule: "no-answer", node: "n2", problem: "did not answer init within 10 s", time: 10_000 },
    ]);
  });

  it("because a node prints rubbish is given up at once", () => {
    const result = runVirtually({ settings, behaviour: behaviours.printsRubbish });
    expect(result.violations).toMatchObject([{ rule: "not-json", node: "n0", line: 1, text: "Hello, world!" }]);
  });
});

it("a node that exits ends the run, with its last stderr lines", () => {
  const result = runVirtually({
    settings,
    host: (clock) => {
      const inner = new InProcessHost(clock, () => flood);
      return {
        start: (nodeId, events) => {
          const exit = { reason: "exited with code 7", lastWords: ["out of ideas"] };
          if (nodeId === "n3") clock.schedule(4000, () => events.ended(exit));
          return inner.start(nodeId, events);
        },
      };
    },
  });
  expect(result.verdict).toBe("failed");
  expect(result.violations).toMatchObject([{ rule: "node-ended", node: "n3", time: 4000, text: "out of ideas" }]);
  expect(result.reasons[1]?.text).toBe("the run was cut short: n3 exited");
});

describe("a node that answers in place of another one", () => {
  const answersForOthers = (values: unknown): behaviours.Behaviour => {
    return (print) => {
      const receive = flood(print);
      return (message) => {
        const { src, dest, body } = message;
        if (body.type === "please") {
          print({ src: dest, dest: body.client, body: { type: "read_ok", messages: values, in_reply_to: body.id } });
        } else if (body.type === "read" && dest !== "n0") {
          print({ src: dest, dest: "n0", body: { type: "please", client: src, id: body.msg_id } });
        } else receive(message);
      };
    };
  };

  it("is blamed for a malformed reply, with the number of its own line", () => {
    const result = runVirtually({
      settings: { ...settings, nodeIds: ["n0", "n1"] },
      behaviour: answersForOthers("none"),
    });
    const [first] = result.violations;
    expect(first).toMatchObject({ rule: "malformed-reply", node: "n0" });
    expect(first?.problem).toBe("sent read_ok without a list of messages, in answer to a client of n1");
  });

  it("is blamed for a value that no client has broadcast", () => {
    const result = runVirtually({
      settings: { ...settings, nodeIds: ["n0", "n1"] },
      behaviour: answersForOthers([999]),
    });
    expect(result.violations[0]).toMatchObject({ rule: "value-invented", node: "n0" });
    expect(result.violations[0]?.problem).toMatch(/in answer to a client of n1$/);
  });
});
