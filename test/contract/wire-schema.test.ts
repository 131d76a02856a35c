import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parsePeerMessage } from "../../src/application/wire/peer-messages.js";
import { drawScenario } from "../../src/workbench/simulation/draw-scenario.js";
import { simulate } from "../../src/workbench/simulation/simulation.js";
import { MemberCluster } from "../support/member-cluster.js";
import { exampleMessages, messageTypes } from "../support/message-types.js";
import { readRecording } from "./conversation.js";
import { SCHEMA_PAGE, wireSchema } from "./wire-schema.js";

const RECORDED = "test/contract/recorded";

const validate: ValidateFunction = new Ajv2020({ strict: true, strictTuples: false, allErrors: false }).compile(
  JSON.parse(readFileSync(SCHEMA_PAGE, "utf8")),
);

/** The problem that the schema has with a message as it crosses the network. */
function problemOf(body: unknown): string | undefined {
  const message = JSON.parse(JSON.stringify(body));
  return validate(message)
    ? undefined
    : `${JSON.stringify(message).slice(0, 300)}: ${JSON.stringify(validate.errors?.[0])}`;
}

describe("the JSON Schema of the wire", () => {
  it("is that of the page; `npm run docs:wire` writes it anew", () => {
    expect(JSON.parse(readFileSync(SCHEMA_PAGE, "utf8"))).toEqual(JSON.parse(JSON.stringify(wireSchema())));
  });

  it("accepts every recorded message of every version", () => {
    const problems: unknown[] = [];
    let messages = 0;
    for (const version of readdirSync(RECORDED))
      for (const file of readdirSync(join(RECORDED, version)).filter((name) => name.endsWith(".jsonl")))
        for (const event of readRecording(readFileSync(join(RECORDED, version, file), "utf8")).events)
          if ("body" in event) {
            messages++;
            problems.push(problemOf(event.body));
          }
    expect(messages).toBeGreaterThan(100);
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });

  it("accepts what nodes of simulated clusters send, under faults, and with small messages", () => {
    const types = new Set<string>();
    const problems: (string | undefined)[] = [];
    for (let seed = 1; seed <= 12; seed++)
      simulate(drawScenario(seed, { nodes: 5, smallMessages: seed % 2 === 0 }), {
        withoutIdleTime: true,
        watcher: {
          given: () => {},
          acknowledged: () => {},
          learned: () => {},
          ended: () => {},
          messages: {
            workloadBegan: () => {},
            delivered: () => {},
            lost: () => {},
            sent: (_at, { body }) => {
              types.add(String(body.type));
              problems.push(problemOf(body));
            },
          },
        },
      });
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    expect([...types].sort()).toEqual(expect.arrayContaining(["digest", "gossip", "gossip_ok", "probe", "probe_ok"]));
  });

  it("accepts what members say of one another", async () => {
    const cluster = await MemberCluster.of(4);
    cluster.die("n2");
    cluster.leave("n3");
    await cluster.run(60_000);
    expect(cluster.sent.length).toBeGreaterThan(20);
    expect(cluster.sent.map(({ body }) => problemOf(body)).filter((problem) => problem !== undefined)).toEqual([]);
  });

  it.each(messageTypes)("rejects the message %s without a field that nodes demand", (type) => {
    const whole: Record<string, unknown> = { ...exampleMessages[type] };
    const demanded = Object.keys(whole).filter((field) => {
      const { [field]: _, ...rest } = whole;
      return typeof parsePeerMessage(rest) === "string";
    });
    expect(demanded).toContain("incarnation");
    for (const field of demanded) {
      const { [field]: _, ...rest } = whole;
      expect(problemOf(rest)).toBeDefined();
    }
  });
});
