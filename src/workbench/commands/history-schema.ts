import * as v from "valibot";
import { FAULT_NAMES } from "../model/faults/fault-settings.js";
import { LATENCY_DISTRIBUTIONS, TOPOLOGY_NAMES } from "../model/settings.js";

/** The version of histories that this bench writes, and the only version that it reads. */
const VERSION = 1;

/** Upper bound on the values of a read; more would not fit into memory. */
const MOST_VALUES = 10_000_000;

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const operation = v.picklist(["broadcast", "read"]);
const traffic = { count, bytes: amount };
const delays = v.object({ count, p50: amount, p99: amount, max: amount });
const strays = v.object({ count, examples: v.array(v.string()) });

const settings = v.looseObject({
  nodeIds: v.pipe(v.array(v.string()), v.nonEmpty()),
  timeLimit: amount,
  rate: amount,
  latency: amount,
  latencyDistribution: v.picklist(LATENCY_DISTRIBUTIONS),
  topology: v.picklist(TOPOLOGY_NAMES),
  faults: v.array(v.picklist(FAULT_NAMES)),
  quiescence: amount,
  seed: v.number(),
});

const range = v.pipe(
  v.tuple([v.pipe(v.number(), v.safeInteger()), v.pipe(v.number(), v.safeInteger())]),
  v.check(([from, to]) => from <= to, "The range must not end before it begins"),
);

const values = v.pipe(
  v.object({
    ranges: v.array(range),
    again: v.optional(v.array(v.pipe(v.number(), v.safeInteger()))),
    others: v.optional(v.array(v.unknown())),
    texts: v.optional(v.array(v.pipe(v.string(), v.check(isJson, "Expected JSON text")))),
  }),
  v.check(
    ({ ranges }) => ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0) <= MOST_VALUES,
    `More than ${MOST_VALUES} values`,
  ),
);

const happened = { time: amount, process: count, node: v.string(), operation };

const completion = <Type extends "ok" | "fail" | "info">(type: Type) =>
  v.object({
    ...{ type: v.literal(type), ...happened },
    values: v.optional(values),
    nullList: v.optional(v.literal(true)),
    line: v.optional(count),
    error: v.optional(v.string()),
  });

const EVENT = v.variant("type", [
  v.object({
    type: v.literal("start"),
    version: v.literal(VERSION),
    settings,
    limits: v.object({
      messagesPerOperation: v.optional(amount),
      medianLatency: v.optional(amount),
      maxLatency: v.optional(amount),
    }),
    challenge: v.optional(v.string()),
  }),
  v.object({ type: v.literal("invoke"), ...happened, value: v.optional(count), final: v.optional(v.literal(true)) }),
  v.pipe(
    completion("ok"),
    v.check((event) => event.operation === "broadcast" || event.values !== undefined, "A successful read needs values"),
  ),
  completion("fail"),
  completion("info"),
  v.object({
    ...{ type: v.literal("fault"), time: amount, fault: v.picklist(FAULT_NAMES) },
    ...{ action: v.picklist(["start", "stop"]), detail: v.string() },
  }),
  v.object({
    type: v.literal("violation"),
    violation: v.looseObject({
      ...{ rule: v.string(), node: v.string(), time: amount, problem: v.string() },
      line: v.optional(count),
      text: v.optional(v.string()),
    }),
  }),
  v.object({
    type: v.literal("end"),
    time: amount,
    cutShort: v.optional(v.string()),
    traffic: v.looseObject({
      servers: v.looseObject({
        ...traffic,
        dropped: count,
        duplicated: count,
        byType: v.record(v.string(), v.object(traffic)),
      }),
      clients: v.object(traffic),
    }),
    lateness: v.looseObject({
      deliveries: delays,
      eventLoop: delays,
      stalls: v.array(v.tuple([v.number(), v.number()])),
      nodeOutput: v.optional(amount),
    }),
    load: v.optional(v.object({ byNodes: amount, byBench: amount })),
    strayReplies: v.optional(v.object({ broadcast: v.optional(strays), read: v.optional(strays) })),
    lateReads: v.optional(v.object({ count, soonest: amount })),
    machineFault: v.optional(v.string()),
  }),
]);

/**
 * Validates a line of a history.
 * @throws {SyntaxError} with the problem and its place: "version: Invalid type: Expected 1 but received 2"
 */
export function assertEventLine(line: string): void {
  const event = parsed(line);
  if (typeof event !== "object" || event === null || !("type" in event))
    throw new SyntaxError("the line is not an event of a history");
  if (event.type === "start" && "version" in event && event.version !== VERSION) {
    const version = JSON.stringify(event.version);
    throw new SyntaxError(`unknown history version ${version}; this bench reads version ${VERSION}`);
  }
  const { issues } = v.safeParse(EVENT, event);
  const issue = issues?.[0];
  if (issue === undefined) return;
  const path = v.getDotPath(issue);
  if (path === "type") throw new SyntaxError(`unknown event type ${JSON.stringify(event.type)}`);
  throw new SyntaxError(`invalid ${String(event.type)} event: ${path === null ? "" : `${path}: `}${issue.message}`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new SyntaxError("the line is not JSON");
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
