import * as v from "valibot";
import { presets } from "../../application/settings/presets.js";
import { resolveSettings, type Settings, SettingsError } from "../../application/settings/settings.js";
import { problemWithSize } from "./acknowledgements.js";
import type { NodeOptions } from "./types.js";

/** Options of `createNode` that cannot be: the message says which, what was given, and what is allowed. */
export class InvalidOptions extends Error {
  override readonly name = "InvalidOptions";
}

/** Not the preset `proposal`: a baseline to compare with, which keeps no budget, and waits for ever for a member that is gone. */
const budgets = Object.keys(presets).filter((name) => name !== "proposal");

const object = (words: string, ...methods: string[]) =>
  v.custom<object>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
    words,
  );
const whole = v.pipe(v.number("a number"), v.integer("a whole number"), v.minValue(1, "at least 1"));
const ms = v.pipe(v.number(), v.integer());
const id = v.pipe(v.string("a text"), v.minLength(1, "not empty"), v.maxLength(200, "at most 200 characters"));

const whoIsThere = "a list of different ids, or a Membership (such as natsMembership)";
const howLate = `one of ${budgets.join(", ")}, or { median, max } in whole ms, one of them at least`;

const schema = v.strictObject({
  id,
  members: v.union(
    [
      v.pipe(
        v.array(id),
        v.check((members) => new Set(members).size === members.length, whoIsThere),
      ),
      object("", "join", "leave"),
    ],
    whoIsThere,
  ),
  budget: v.optional(
    v.union(
      [
        v.picklist(budgets),
        v.pipe(
          v.strictObject({ median: v.optional(ms), max: v.optional(ms) }),
          v.check(({ median, max }) => median !== undefined || max !== undefined, howLate),
        ),
      ],
      howLate,
    ),
  ),
  transport: object("a Transport: send, onMessage, maxMessageBytes and close", "send", "onMessage", "close"),
  journal: v.optional(
    v.union([v.pipe(v.string(), v.minLength(1)), v.function()], "a folder's path, or a function that opens a journal"),
  ),
  ack: v.optional(v.union([v.picklist(["local", "all"]), whole], '"local", "all", or a whole number from 1')),
  ackTimeout: v.optional(v.pipe(v.number("a number of ms"), v.finite("finite"), v.minValue(1, "at least 1 ms"))),
  identity: v.optional(v.picklist(["content", "event"], '"content" or "event"')),
  retain: v.optional(
    v.pipe(
      v.strictObject(
        {
          maxAge: v.optional(v.pipe(v.number("a number of ms"), v.minValue(1, "at least 1 ms"))),
          maxCount: v.optional(whole),
        },
        "{ maxAge, maxCount }, one of them at least",
      ),
      v.check(
        ({ maxAge, maxCount }) => maxAge !== undefined || maxCount !== undefined,
        "{ maxAge, maxCount }, one of them at least",
      ),
    ),
  ),
  codec: v.optional(object("a Codec: encode and decode", "encode", "decode")),
  log: v.optional(object("a Log: line", "line")),
  clock: v.optional(object("a Clock: now and schedule", "now", "schedule")),
  random: v.optional(object("a Random: next", "next")),
  incarnation: v.optional(v.pipe(v.number("a number"), v.safeInteger("a whole number"), v.minValue(0, "0 or more"))),
});

/**
 * Checks what was given to `createNode`, types or not.
 * @throws {InvalidOptions}
 */
export function requireValid(options: unknown): void {
  const result = v.safeParse(schema, options, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const known = Object.keys(schema.entries);
    if (path === null) throw new InvalidOptions(`createNode takes an object of options: ${known.join(", ")}`);
    if (issue.type === "strict_object" && issue.expected === "never")
      throw new InvalidOptions(`createNode has no option ${path}; there are ${known.join(", ")}`);
    // What is missing is told by the object, which does not know what it should be.
    if (issue.input === undefined)
      throw new InvalidOptions(`createNode needs the option ${path}; see NodeOptions for what it takes`);

    const received = Array.isArray(issue.input) ? JSON.stringify(issue.input) : issue.received;
    throw new InvalidOptions(`createNode's option ${path} must be ${issue.message}, but it is ${received}`);
  }
  const { members, id, ack } = result.output;
  if (Array.isArray(members) && !members.includes(id))
    throw new InvalidOptions(
      `createNode's option members must contain this node's own id, ${JSON.stringify(id)}; it has ${JSON.stringify(members)}`,
    );
  const tooMany = problemWithSize(ack, Array.isArray(members) ? members.length : undefined);
  if (tooMany !== undefined) throw new InvalidOptions(`createNode's option ${tooMany}`);
}

/**
 * What a budget means for the protocol.
 * @throws {InvalidOptions}
 */
export function settingsOf(budget: NodeOptions["budget"] = "default"): Settings {
  try {
    return resolveSettings(typeof budget === "string" ? { preset: budget } : { ...budget });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new InvalidOptions(`createNode's option budget cannot be: ${error.message.replaceAll("--", "")}`);
  }
}
