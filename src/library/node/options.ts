import * as v from "valibot";
import { checkOptions } from "../../application/options/check-options.js";
import { ID_WORDS, isMemberId, log, memberId, whole, withMethods } from "../../application/options/fields.js";
import { InvalidOptions, wrongOption } from "../../application/options/invalid-options.js";
import { presets } from "../../application/settings/presets.js";
import { resolveSettings, type Settings, SettingsError } from "../../application/settings/settings.js";
import { requireRoomyMessages } from "../../application/wire/value-size.js";
import type { Transport } from "../../domain/ports/transport.js";
import { acknowledgementFields, problemWithSize } from "./acknowledgements.js";
import { backlogSchema } from "./backlog.js";
import type { Codec } from "./codecs/codec.js";
import type { NodeOptions } from "./types.js";

/** All but the preset `proposal`: that baseline keeps no budget, and waits forever for a member that is gone. */
const budgets = Object.keys(presets).filter((name) => name !== "proposal");

const ms = v.pipe(v.number(), v.integer());

const whoIsThere = "a list of different ids, or a Membership (such as natsMembership)";
const JOURNAL_WORDS = "a folder's path, or a function that opens a journal";
const howLate = `one of ${budgets.join(", ")}, or { median, max } in whole ms, with at least one of them`;

/** Schema of the option `codec` of `createNode` and `topic`. */
export const codecSchema = withMethods<Codec<never>>("a Codec: encode and decode", "encode", "decode");

const limits = "{ maxAge, maxCount }, with at least one of them";

/** Schema of the option `retain` of `createNode` and `topic`. */
export const retentionSchema = v.pipe(
  v.strictObject(
    {
      maxAge: v.optional(v.pipe(v.number("a number of ms"), v.minValue(1, "at least 1 ms"))),
      maxCount: v.optional(whole(1)),
    },
    limits,
  ),
  v.check(({ maxAge, maxCount }) => maxAge !== undefined || maxCount !== undefined, limits),
);

const schema = v.strictObject({
  id: memberId,
  members: v.union(
    [
      v.pipe(
        // Each id is checked below: this schema could only report that the list is invalid.
        v.array(v.unknown()),
        v.check((members) => new Set(members).size === members.length, whoIsThere),
      ),
      withMethods("", "join", "leave"),
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
  transport: withMethods<Transport>(
    "a Transport: send, onMessage, maxMessageBytes and close",
    "send",
    "onMessage",
    "close",
  ),
  journal: v.optional(v.union([v.pipe(v.string(), v.minLength(1, JOURNAL_WORDS)), v.function()], JOURNAL_WORDS)),
  ...acknowledgementFields,
  identity: v.optional(v.picklist(["content", "event"], '"content" or "event"')),
  retain: v.optional(retentionSchema),
  backlog: v.optional(backlogSchema),
  codec: v.optional(codecSchema),
  log: v.optional(log),
  clock: v.optional(withMethods("a Clock: now and schedule", "now", "schedule")),
  random: v.optional(withMethods("a Random: next", "next")),
  incarnation: v.optional(v.pipe(v.number("a number"), v.safeInteger("a whole number"), v.minValue(0, "0 or more"))),
});

/**
 * Validates the options of `createNode`.
 * @throws {InvalidOptions}
 */
export function requireValid(options: unknown): void {
  const { id, members, ack, transport } = checkOptions("createNode", schema, options);
  requireRoomyMessages("createNode", transport);
  for (const [index, member] of (Array.isArray(members) ? members : []).entries())
    if (!isMemberId(member)) throw wrongOption("createNode", `members[${index}]`, ID_WORDS, member);
  if (Array.isArray(members) && !members.includes(id))
    throw new InvalidOptions(
      `createNode's option members must contain this node's own id, ${JSON.stringify(id)}, but it is ${JSON.stringify(members)}`,
    );
  const tooMany = problemWithSize(ack, Array.isArray(members) ? members.length : undefined);
  if (tooMany !== undefined) throw new InvalidOptions(`createNode's option ${tooMany}`);
}

/**
 * The protocol settings for a budget.
 * @param option the option with its caller, for the error
 * @throws {InvalidOptions}
 */
export function settingsOf(budget: NodeOptions["budget"] = "default", option = "createNode's option budget"): Settings {
  try {
    return resolveSettings(typeof budget === "string" ? { preset: budget } : { ...budget });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new InvalidOptions(`${option} is invalid: ${error.message.replaceAll("--", "")}`);
  }
}
