import { describe, expect, it } from "vitest";
import type { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { CHALLENGES } from "../../../src/workbench/model/challenges.js";
import type { NodeHost } from "../../../src/workbench/model/node-host.js";
import type { BenchResult } from "../../../src/workbench/model/result.js";
import { type BenchSettings, DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { conclusionOf } from "../../../src/workbench/report/figures.js";
import * as behaviours from "../../fixtures/nodes/behaviours.js";
import { InProcessHost } from "../support/in-process-host.js";
import { runVirtually, type VirtualRun } from "../support/virtual-bench.js";

type Body = { type: string; in_reply_to?: unknown; [key: string]: unknown };
type Line = { src: string; dest: string; body: Body };

const { flood } = behaviours;
const settings: BenchSettings = {
  ...DEFAULT_SETTINGS,
  nodeIds: numberedNodes(3),
  timeLimit: 5000,
  rate: 20,
  topology: "total",
};

const run = (behaviour: behaviours.Behaviour, more: Partial<VirtualRun> = {}): BenchResult =>
  runVirtually({ settings, behaviour, ...more });

const kindsOf = ({ reasons }: BenchResult) => reasons.map(({ kind }) => kind);

/** A right node whose lines are changed before they are printed; null prints nothing. */
const printing =
  (change: (line: Line) => object | string | null): behaviours.Behaviour =>
  (print) =>
    flood((line) => {
      const changed = change(line as Line);
      if (changed !== null) print(changed);
    });

const withBody = (line: Line, body: object) => ({ ...line, body });
const isReply = ({ dest }: Line) => dest.startsWith("c");

describe("a number written as a float", () => {
  const cases: [what: string, rewrite: (line: string) => string, kinds: string[]][] = [
    ["in a read", (line) => line.replace(/\[(\d+)/, "[$1.0"), ["violation", "lost"]],
    ["with an exponent in a read", (line) => line.replace(/\[(\d+)/, "[$1e0"), ["violation", "lost"]],
    [
      "nested in a read",
      (line) => line.replace(/"messages":\[/, '"messages":[[3.0],').replace(",]", "]"),
      ["violation"],
    ],
    ["as msg_id", (line) => line.replace(/"in_reply_to"/, '"msg_id":1.0,"in_reply_to"'), ["violation", "cut-short"]],
    ["as the id of a message", (line) => line.replace(/^\{/, '{"id":1.0,'), ["violation", "cut-short"]],
    ["as in_reply_to", (line) => line.replace(/("in_reply_to":\d+)/, "$1.0"), ["violation", "cut-short"]],
  ];
  it.each(cases)("%s fails the run", (_, rewrite, kinds) => {
    const result = run(printing((line) => rewrite(JSON.stringify(line))));
    expect(result.verdict).toBe("failed");
    expect([...new Set(kindsOf(result))].filter((kind) => kinds.includes(kind))).toEqual(kinds);
  });

  it("is shown as written", () => {
    const result = run(printing((line) => JSON.stringify(line).replace(/\[(\d+)/, "[$1.0")));
    expect(result.reasons[0]?.text).toMatch(/shows \d+\.0, which no client has broadcast/);
  });

  it("as the code of an error leaves a broadcast open, as in Maelstrom", () => {
    const refused = printing((line) =>
      line.body.type === "broadcast_ok"
        ? JSON.stringify(withBody(line, { type: "error", code: 11, in_reply_to: line.body.in_reply_to })).replace(
            "11",
            "11.0",
          )
        : line,
    );
    const { operations } = run(refused);
    expect(operations.broadcasts.indeterminate).toBe(operations.broadcasts.invoked);
  });

  it("is allowed between nodes, and so are integers of any size, -0, and other floats", () => {
    const result = run(
      printing((line) => {
        const text = JSON.stringify(line);
        if (!isReply(line)) return text.replace(/"message":(\d+)/, '"message":$1.0');
        return text
          .replace(/"in_reply_to"/, '"msg_id":123456789012345678901234567890,"in_reply_to"')
          .replace(/\[0,/, "[-0,")
          .replace(/^\{/, '{"id":12345678901234567890,');
      }),
    );
    expect(result).toMatchObject({ verdict: "passed", maelstrom: "valid" });
  });
});

describe("a node without a final read", () => {
  const refuse = (line: Line) =>
    withBody(line, { type: "error", code: 11, text: "not now", in_reply_to: line.body.in_reply_to });

  it("that answers every read with an error fails the run", () => {
    const behaviourOf = (nodeId: string) =>
      nodeId === "n0" ? flood : printing((line) => (line.body.type === "read_ok" ? refuse(line) : line));
    const result = runVirtually({ settings, behaviourOf });
    expect(result).toMatchObject({ verdict: "failed", maelstrom: "valid" });
    expect(conclusionOf(result)).toBe(
      "FAILED: the final reads of n1, n2 failed (2 × error 11: not now). Maelstrom would pass this run.",
    );
  });

  it("that never answers fails the run", () => {
    const behaviourOf = (nodeId: string) =>
      nodeId === "n0" ? flood : printing((line) => (line.body.type === "read_ok" ? null : line));
    const result = runVirtually({ settings, behaviourOf });
    expect(kindsOf(result)).toEqual(["unread"]);
    expect(result.reasons[0]?.text).toContain("no answer within 5000 ms");
  });

  it("that stops reading its input fails the run", () => {
    const result = runVirtually({
      settings,
      host: (clock) => {
        const inner = new InProcessHost(clock, () => flood);
        return {
          start: (nodeId, events) => {
            const handle = inner.start(nodeId, events);
            let deliveries = 0;
            return nodeId === "n1"
              ? { ...handle, deliver: (delivery) => (deliveries++ > 20 ? false : handle.deliver(delivery)) }
              : handle;
          },
        };
      },
    });
    expect(kindsOf(result)).toContain("unread");
    expect(result.reasons.map(({ text }) => text).join()).toContain("final read of n1");
  });

  it("is not a failure of its own if the run was cut short", () => {
    const behaviourOf = (nodeId: string) => (nodeId === "n2" ? behaviours.staysSilent : flood);
    expect(kindsOf(runVirtually({ settings, behaviourOf }))).toEqual(["violation", "cut-short"]);
  });
});

it("a node that exits right after its final read has exited too early", () => {
  const result = runVirtually({
    settings,
    host: (clock) => endingAfterTheLastRead(new InProcessHost(clock, () => flood), (task) => clock.schedule(50, task)),
  });
  expect(result).toMatchObject({ verdict: "failed", maelstrom: "invalid" });
  expect(result.violations).toMatchObject([{ rule: "node-ended", node: "n1" }]);
});

/** The first read after 10 s of silence is a final one. */
function endingAfterTheLastRead(host: NodeHost, soon: (task: () => void) => void): NodeHost {
  return {
    start: (nodeId, events) => {
      let reads = 0;
      return host.start(nodeId, {
        ...events,
        printed: (printed) => {
          events.printed(printed);
          const { body } = printed.message as Line;
          if (nodeId !== "n1" || body.type !== "read_ok") return;
          const serial = ++reads;
          soon(() => {
            if (serial === reads && lastReadIsFinal(printed.message as Line)) {
              events.ended({ reason: "exit code 0", lastWords: [] });
            }
          });
        },
      });
    },
  };
}

/** The tests' workload has at most one read a moment, so the last read is the one that shows the most. */
function lastReadIsFinal({ body }: Line): boolean {
  return (body.messages as unknown[]).length === TOTAL;
}

/** Number of values that the workload of these settings broadcasts. */
const TOTAL = run(flood).operations.broadcasts.invoked;

it("if the machine cannot run every node, no node is to blame, and another run cannot help", () => {
  const result = runVirtually({
    settings,
    host: (clock) => {
      const inner = new InProcessHost(clock, () => flood);
      return {
        start: (nodeId, events) => {
          const exit = { reason: "EMFILE", lastWords: [], machineFault: "could not be started: no handles (EMFILE)" };
          if (nodeId === "n2") clock.schedule(1, () => events.ended(exit));
          return inner.start(nodeId, events);
        },
      };
    },
  });
  expect(result).toMatchObject({ verdict: "disturbed", violations: [] });
  expect(conclusionOf(result)).toBe("NOT JUDGED: n2 could not be started: no handles (EMFILE).");
});

describe("the sentence about every value", () => {
  it("is printed only if it is true", () => {
    expect(conclusionOf(run(flood))).toBe("PASSED: every value reached every node, and no rule was broken.");
  });

  it("is not printed for values that were rejected, and never read", () => {
    let broadcasts = 0;
    const refuses: behaviours.Behaviour = (print) => {
      const receive = flood(print);
      return (message) => {
        if (message.body.type !== "broadcast" || broadcasts++ % 4 === 0) return receive(message);
        const body = { type: "error", code: 11, text: "full", in_reply_to: message.body.msg_id };
        print({ src: message.dest, dest: message.src, body });
      };
    };
    const result = run(refuses);
    expect(result).toMatchObject({ verdict: "passed", maelstrom: "valid" });
    expect(conclusionOf(result)).toMatch(
      /^PASSED: (\d+) of \d+ values reached every node, and \d+ were never acknowledged and never read; no rule was broken\.$/,
    );
  });

  it("names the settings of a challenge that were changed", () => {
    const { settings: asked, limits } = CHALLENGES["3b"];
    const result = runVirtually({ settings: { ...asked, rate: 5 }, limits, challenge: "3b", behaviour: flood });
    expect(conclusionOf(result)).toBe(
      "PASSED: challenge 3b is met, though with 5 operations/s instead of 10 operations/s.",
    );
  });
});

describe("a challenge without its load", () => {
  const challenge = { challenge: "3b", settings: { ...settings, rate: 40, timeLimit: 20_000 } };
  const slow = (delay: number): VirtualRun => ({
    ...challenge,
    host: (clock) => {
      const inner = new InProcessHost(clock, () => flood);
      return {
        start: (nodeId, events) => {
          const printed: typeof events.printed = (line) => {
            const isAnswer = /^(broadcast|read)_ok$/.test((line.message as Line).body.type);
            if (isAnswer) clock.schedule(delay, () => events.printed(line));
            else events.printed(line);
          };
          return inner.start(nodeId, { ...events, printed });
        },
      };
    },
  });

  it("fails if clients wait for the nodes, which Maelstrom accepts", () => {
    const result = runVirtually(slow(500));
    expect(result).toMatchObject({ verdict: "failed", maelstrom: "valid" });
    expect(kindsOf(result)).toEqual(["load"]);
    expect(conclusionOf(result)).toMatch(
      /^FAILED: \d\.\d of 40 operations\/s were carried: for 8\d % of the time an operation was due while every client waited/,
    );
  });

  it("passes if they wait for less time than there is between operations", () => {
    expect(runVirtually(slow(40)).verdict).toBe("passed");
  });

  it("does not matter outside of a challenge", () => {
    const { challenge: _, ...free } = { ...slow(500) };
    expect(runVirtually(free).verdict).toBe("passed");
  });

  it("fails if operations are refused, too", () => {
    let operations = 0;
    const refuses = printing((line) =>
      isReply(line) && /^(read|broadcast)_ok$/.test(line.body.type) && operations++ < 100
        ? withBody(line, { type: "error", code: 14, text: "busy", in_reply_to: line.body.in_reply_to })
        : line,
    );
    const result = run(refuses, challenge);
    expect(result.verdict).toBe("failed");
    expect(result.reasons.find(({ kind }) => kind === "load")?.text).toMatch(/1\d % of the operations failed$/);
  });

  it("does not fail by chance: a short run may have fewer operations than its rate", () => {
    const few = { settings: { ...settings, rate: 1, timeLimit: 20_000 }, challenge: "3b" };
    const results = Array.from({ length: 30 }, (_, seed) =>
      run(flood, { ...few, settings: { ...few.settings, seed } }),
    );
    expect(results.some(({ rate }) => rate.achieved < 0.9 * rate.nominal)).toBe(true);
    expect(results.flatMap(kindsOf)).not.toContain("load");
    expect(results.flatMap(kindsOf)).not.toContain("disturbed");
  });
});

describe("a kind of operation that never succeeds fails the run, with the reason", () => {
  const answering = (inReplyTo: (id: number) => unknown) => {
    return printing((line) => {
      if (line.body.type !== "broadcast_ok") return line;
      const { in_reply_to: id, ...body } = line.body;
      const changed = inReplyTo(id as number);
      return withBody(line, changed === undefined ? body : { ...body, in_reply_to: changed });
    });
  };

  it.each([
    ["wrong", (id: number) => id + 1000, /in_reply_to 1001, 1002, but there is no request with that id$/],
    ["a string", (id: number) => String(id), /in_reply_to "1", "2", but there is no request/],
    ["null", () => null, /in_reply_to null, but there is no request/],
    ["missing", () => undefined, /\d+ replies came without in_reply_to$/],
    [
      "missing at times",
      (id: number) => (id % 2 === 0 ? id + 1000 : undefined),
      /in_reply_to 1002 or none, but there is no request/,
    ],
  ])("in_reply_to is %s", (_, change, shown) => {
    const result = run(answering(change));
    expect(result).toMatchObject({ verdict: "failed", maelstrom: "invalid" });
    const text = result.reasons.find(({ kind }) => kind === "unanswered")?.text ?? "";
    expect(text).toMatch(/^none of \d+ broadcasts succeeded \(\d+ × no answer within 5000 ms\); \d+ replies came with/);
    expect(text).toMatch(shown);
  });

  it("every answer is an error", () => {
    const refuses = printing((line) =>
      line.body.type === "read_ok"
        ? withBody(line, { type: "error", code: 10, text: "what?", in_reply_to: line.body.in_reply_to })
        : line,
    );
    const result = run(refuses);
    expect(result.verdict).toBe("failed");
    expect(result.reasons[0]?.text).toMatch(/^none of \d+ reads succeeded \(\d+ × error 10: what\?\)$/);
  });

  it("every read is answered too late", () => {
    const host = (clock: FakeClock) => {
      const late: behaviours.Behaviour = (print) =>
        flood((line) => {
          if ((line as Line).body.type === "read_ok") clock.schedule(5600, () => print(line));
          else print(line);
        });
      return new InProcessHost(clock, () => late);
    };
    const result = runVirtually({ settings, host });
    expect(result.verdict).toBe("failed");
    expect(result.reasons[0]?.text).toMatch(
      /^none of \d+ reads succeeded \(\d+ × no answer within 5000 ms\); \d+ answers came too late, the first after 5\.6 s$/,
    );
  });

  it("an error without a code is described as such", () => {
    const refuses = printing((line) =>
      line.body.type === "read_ok" ? withBody(line, { type: "error", in_reply_to: line.body.in_reply_to }) : line,
    );
    expect(run(refuses).reasons[0]?.text).toMatch(/^none of \d+ reads succeeded \(\d+ × error without a code\)$/);
  });

  it("late or repeated replies are not stray ones", () => {
    const twice: behaviours.Behaviour = (print) =>
      flood((line) => {
        print(line);
        if ((line as Line).body.type === "read_ok") print(line);
      });
    expect(run(twice).verdict).toBe("passed");
  });
});

describe('"messages": null', () => {
  const emptyAsNull = (messages: unknown[]) => (messages.length === 0 ? null : messages);

  it("is an empty list, with a note", () => {
    const result = run(
      printing((line) =>
        line.body.type === "read_ok"
          ? withBody(line, { ...line.body, messages: emptyAsNull(line.body.messages as unknown[]) })
          : line,
      ),
    );
    expect(result).toMatchObject({ verdict: "passed", maelstrom: "valid" });
    expect(result.notes).toEqual([
      expect.stringMatching(
        /^\d+ reads? of n.* had "messages": null, which counts as an empty list, as in Maelstrom\.$/,
      ),
    ]);
  });

  it("is a loss if there are values", () => {
    const result = run(
      printing((line) => (line.body.type === "read_ok" ? withBody(line, { ...line.body, messages: null }) : line)),
    );
    expect(result).toMatchObject({ verdict: "failed", maelstrom: "invalid" });
    expect(result.lostCount).toBe(result.operations.broadcasts.ok);
  });

  it.each([{}, { messages: {} }, { messages: "[]" }, { messages: false }])("%j is not a list", (messages) => {
    const result = run(
      printing((line) =>
        line.body.type === "read_ok"
          ? withBody(line, { type: "read_ok", in_reply_to: line.body.in_reply_to, ...messages })
          : line,
      ),
    );
    expect(result.violations[0]).toMatchObject({ rule: "malformed-reply" });
  });
});

describe("Maelstrom's verdict", () => {
  const verdictsOf = (result: BenchResult) => [result.verdict, result.maelstrom];

  it("of duplicates: nothing, with a note why", () => {
    const result = run(behaviours.repeatsValues);
    expect(verdictsOf(result)).toEqual(["failed", "valid"]);
    expect(conclusionOf(result)).toMatch(/ Maelstrom would pass this run\.$/);
    expect(result.notes).toEqual([expect.stringContaining("never fires")]);
  });

  it("of invented values: valid", () => {
    expect(verdictsOf(run(behaviours.inventsAValue))).toEqual(["failed", "valid"]);
  });

  it("of limits: not mentioned", () => {
    const result = run(flood, { limits: { messagesPerOperation: 0.1 } });
    expect(verdictsOf(result)).toEqual(["failed", "valid"]);
    expect(conclusionOf(result)).not.toContain("Maelstrom");
  });

  it("of invalid replies: the operation is open; if all are, the run fails", () => {
    expect(verdictsOf(run(behaviours.addsAKey))).toEqual(["failed", "invalid"]);
    let replies = 0;
    const once = printing((line) =>
      line.body.type === "broadcast_ok" && replies++ === 0 ? withBody(line, { ...line.body, ok: true }) : line,
    );
    expect(verdictsOf(run(once))).toEqual(["failed", "valid"]);
  });

  it("of lost values: invalid", () => {
    expect(verdictsOf(run(behaviours.forgets))).toEqual(["failed", "invalid"]);
  });

  it("of a node that prints a stray line: Maelstrom hears nothing of it from then on", () => {
    const behaviourOf = (nodeId: string) => (nodeId === "n1" ? straying("n1") : flood);
    expect(verdictsOf(runVirtually({ settings, behaviourOf }))).toEqual(["failed", "valid"]);
    expect(verdictsOf(run(straying("any")))).toEqual(["failed", "invalid"]);
  });

  it("of a node that poses as another node: the message is delivered", () => {
    const asFirst = printing((line) => ({ ...line, src: "n0" }));
    const result = run(asFirst);
    expect(result.violations[0]).toMatchObject({ rule: "wrong-sender", node: "n1" });
    expect(verdictsOf(result)).toEqual(["failed", "valid"]);
  });
});

/** Prints a line that is no message whenever a client gives it a value. */
function straying(_: string): behaviours.Behaviour {
  return (print) => {
    const receive = flood(print);
    return (message) => {
      if (message.body.type === "broadcast") print("got one");
      receive(message);
    };
  };
}
