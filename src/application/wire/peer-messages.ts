import * as v from "valibot";
import type { PeerMessage } from "../../domain/messages.js";
import { comparePlaces } from "../../domain/values/dot-spans.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import { isNestedDeeperThan } from "../../domain/values/nesting.js";
import { DEEPEST_VALUE } from "./client-requests.js";

/** Additional levels of a message between members around its values. */
const DEEPEST_MESSAGE = DEEPEST_VALUE + 20;
/** The most characters of a reported problem: it may quote the message. */
const LONGEST_PROBLEM = 200;

/** A receiver that learns of a later life of its own continues with a larger incarnation, so larger ones must exist. */
const LARGEST_KNOWN = Number.MAX_SAFE_INTEGER - 2 ** 20;

const author = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const incarnation = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The life of the receiver that the sender knows. */
const known = v.pipe(incarnation, v.maxValue(LARGEST_KNOWN));
/** A time ahead, or a round trip, in ms. More than a year can only be a mistake. */
const span = v.pipe(v.number(), v.minValue(0), v.maxValue(365 * 24 * 3600 * 1000));
/** An age, in ms. It has no limit: otherwise a value could become too old to be passed on. */
const age = v.pipe(v.number(), v.finite(), v.minValue(0));

const ranges = v.pipe(
  v.array(v.strictTuple([count, count])),
  v.check(
    (list) =>
      list.every(([first, last], index) => first <= last && (index === 0 || first > (list[index - 1]?.[1] ?? 0))),
    "ranges must be ascending and must not touch",
  ),
);

const run = v.pipe(
  v.strictTuple([author, count, count]),
  v.check(([, first, length]) => Number.isSafeInteger(first + length), "a range must end at a safe integer"),
);

/**
 * Checks a list against a schema, and returns the list itself. A list that has passed is not checked again: the nodes of a
 * simulation get the same one in many messages.
 */
function checkedOnce<Item>(schema: v.GenericSchema<unknown, Item[]>): v.GenericSchema<unknown, readonly Item[]> {
  const passed = new WeakSet<object>();
  return {
    ...schema,
    "~run": (dataset, config) => {
      const list = dataset.value;
      if (typeof list === "object" && list !== null && passed.has(list)) return { typed: true, value: list as Item[] };
      const result = schema["~run"](dataset, config);
      if (!result.typed || result.issues !== undefined) return result;
      passed.add(list as Item[]);
      return { typed: true, value: list as Item[] };
    },
  };
}

const ack = v.object({ incarnation: known, ranges, held: age });

const suspects = v.array(v.string());

const roundNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const round = v.object({
  round: roundNumber,
  next: span,
  upcastBy: span,
  period: v.pipe(span, v.minValue(1)),
  roundTrip: v.optional(span),
  spread: v.optional(span),
  guard: v.optional(span),
  lossy: v.optional(v.boolean()),
  suspects: v.optional(suspects),
  more: v.optional(v.boolean()),
});

const vector = v.pipe(
  v.array(v.strictTuple([author, ranges])),
  // Several entries of one author would have to be merged.
  v.check((list) => new Set(list.map(([by]) => by)).size === list.length, "each author must occur only once"),
);

const confirm = v.object({ count, within: span, vector });
const confirmed = v.array(v.object({ by: v.array(v.string()), vector }));

const gossip = v.pipe(
  v.object({
    type: v.literal("gossip"),
    values: v.custom<readonly JsonValue[]>(Array.isArray, "values must be an array"),
    dots: checkedOnce(v.array(run)),
    incarnation,
    number: count,
    base: count,
    first: v.optional(count),
    ages: checkedOnce(v.array(age)),
    direct: v.optional(v.boolean()),
    up: v.optional(v.boolean()),
    answer: v.optional(v.boolean()),
    plan: v.optional(v.object({ round: roundNumber, early: span })),
    ask: v.optional(v.boolean()),
    confirm: v.optional(confirm),
    confirmed: v.optional(confirmed),
    ack: v.optional(ack),
    round: v.optional(round),
  }),
  v.check(
    ({ values, dots }) => dots.reduce((sum, [, , length]) => sum + length, 0) === values.length,
    "there must be one dot for each value",
  ),
  v.check(({ dots, ages }) => ages.length === dots.length, "there must be one age for each range of dots"),
  v.check(({ number, base }) => base <= number, "base must not be above number"),
);

/** The fields that digests and summaries have in common. */
const comparison = {
  reply: v.boolean(),
  verify: v.optional(v.boolean()),
  reborn: v.optional(v.boolean()),
  beginner: v.optional(v.boolean()),
  gone: v.optional(vector),
  suspects: v.optional(suspects),
  more: v.optional(v.boolean()),
};

const place = v.nullable(v.strictTuple([author, count]));

const summary = v.pipe(
  v.object({
    type: v.literal("summary"),
    incarnation,
    salt: roundNumber,
    places: v.array(place),
    known: v.array(v.nullable(v.union([v.pipe(v.number(), v.safeInteger(), v.minValue(0)), vector]))),
    ...comparison,
  }),
  v.check(
    ({ places, known }) => places.length === (known.length === 0 ? 0 : known.length + 1),
    "there must be a place before and after each span",
  ),
  v.check(
    ({ places }) =>
      places.every((at, index) => {
        const before = places[index - 1];
        if (index === 0 || (index === places.length - 1 && at === null)) return true;
        return at !== null && (before === null || (before !== undefined && comparePlaces(before, at) < 0));
      }),
    "places must be in order",
  ),
);

/** Every message between nodes, but for the parts of large ones. */
export const peerMessageSchema = v.variant("type", [
  gossip,
  v.object({
    type: v.literal("gossip_ok"),
    incarnation,
    up: v.optional(v.boolean()),
    confirmed: v.optional(confirmed),
    ack,
    round: v.optional(round),
  }),
  v.object({
    type: v.literal("digest"),
    incarnation,
    vector,
    ...comparison,
  }),
  summary,
  v.object({ type: v.literal("probe"), incarnation, number: count, summaries: v.optional(v.boolean()) }),
  v.object({
    type: v.literal("probe_ok"),
    incarnation,
    of: known,
    number: count,
    held: span,
    summaries: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal("holdings"), incarnation, vector, of: v.optional(count) }),
  v.object({ type: v.literal("stable"), incarnation, vector }),
  v.object({ type: v.literal("stale"), incarnation, known }),
]);

/**
 * Validates a message of another member. Unknown keys are ignored, so that a later version may add some.
 * @returns the message, or a description of the problem
 */
export function parsePeerMessage(body: unknown): PeerMessage | string {
  if (isNestedDeeperThan(body, DEEPEST_MESSAGE)) return `it is nested more than ${DEEPEST_MESSAGE} levels deep`;
  const result = v.safeParse(peerMessageSchema, body, { abortEarly: true });
  if (result.success) return result.output as PeerMessage;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const problem = issue.message.slice(0, LONGEST_PROBLEM);
  return path === null ? problem : `${path}: ${problem}`;
}
