import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, numberedNodes } from "../../../src/workbench/model/settings.js";
import { BenchRecorder } from "../../../src/workbench/report/bench-recorder.js";
import { packReport, unpackReport } from "../../../src/workbench/report/data/columns.js";
import { spreadsOf } from "../../../src/workbench/report/data/spread.js";
import { valuePath } from "../../../src/workbench/report/data/value-path.js";
import * as behaviours from "../../fixtures/nodes/behaviours.js";
import { throughLinKv } from "../../fixtures/nodes/ways.js";
import { runVirtually } from "../support/virtual-bench.js";

const settings = { ...DEFAULT_SETTINGS, nodeIds: numberedNodes(3), timeLimit: 3000, rate: 20, latency: 50 };

function reportOf(behaviour: behaviours.Behaviour) {
  const recorder = new BenchRecorder(settings.nodeIds);
  const result = runVirtually({ settings, behaviour, listener: recorder });
  return { report: recorder.report(result), result };
}

describe("the report of nodes that use a service", () => {
  const { report, result } = reportOf(throughLinKv);

  it("shows the service behind the nodes, with its messages", () => {
    expect(report.nodes).toEqual(["n0", "n1", "n2", "lin-kv"]);
    expect(report.services).toEqual(["lin-kv"]);
    const { messages } = report;
    expect(messages).toHaveLength(result.messages.servers.count);
    expect(messages.every(({ from, to }) => from === 3 || to === 3)).toBe(true);
    expect(unpackReport(packReport(report)).messages).toHaveLength(messages.length);
  });

  it("shows the path of a value through the service", () => {
    const { learned } = spreadsOf(report)[0] as ReturnType<typeof spreadsOf>[number];
    expect(learned.map(({ node }) => node).slice(0, 2)).toEqual([report.values[0]?.node, 3]);
    const path = valuePath(report, 0);
    expect(path?.missing).toEqual([]);
    expect(path?.steps).toHaveLength(4);
  });
});

describe("the report of nodes that share values only with a service", () => {
  const hoards: behaviours.Behaviour = (print) => {
    const forgets = behaviours.forgets(print);
    return (message) => {
      forgets(message);
      const { dest, body } = message;
      if (body.type === "broadcast")
        print({ src: dest, dest: "lin-kv", body: { type: "write", key: "x", value: body.message } });
    };
  };
  const { report } = reportOf(hoards);

  it("reports missing values only for nodes", () => {
    const { value } = report.values[0] ?? {};
    expect(valuePath(report, value as number)?.missing.map(({ node }) => node)).not.toContain(3);
    const story = report.stories[0]?.sentences.join(" ");
    expect(story).toMatch(/1 message carried it to a new node: n\d to lin-kv/);
    expect(story).toMatch(/It never reached n\d and n\d\./);
  });
});

it("the report of nodes without services names none", () => {
  expect(reportOf(behaviours.flood).report).not.toHaveProperty("services");
});
