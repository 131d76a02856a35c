import fc from "fast-check";

const LARGEST = Number.MAX_SAFE_INTEGER;
const YEAR = 365 * 24 * 3600 * 1000;

const number = fc.constantFrom(1, 2, 7, 2 ** 31, 2 ** 32 + 1, LARGEST - 2, LARGEST - 1, LARGEST);
const span = fc.constantFrom(0, 1e-9, 1, 500, 3e9, YEAR);
/** Any age is possible. */
const age = fc.constantFrom(0, 1, YEAR, 1e15, 1e300, Number.MAX_VALUE);
const names = ["n0", "n1", "n2", "n3", "n4"];
export const member = fc.constantFrom(...names);
/** Of members that exist, but of lives that they never had. */
const author = member.map((id) => `${id}@77`);
/** In the name of existing members, but far beyond the values that they have accepted. */
const stolen = fc.tuple(fc.constantFrom("n0@1", "n1@1"), fc.constantFrom(2 ** 31, LARGEST - 1), fc.constant(1));
const range = fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
const vector = fc.array(fc.tuple(fc.oneof(author, fc.constantFrom("n0@1", "n1@1")), fc.tuple(range)), { maxLength: 5 });
const incarnation = fc.constantFrom(0, 1);
const ack = fc.record({ incarnation, ranges: fc.tuple(range), held: age });
const round = fc.record({
  round: fc.constantFrom(0, 1, 2 ** 40, LARGEST),
  next: span,
  upcastBy: span,
  period: fc.constantFrom(1, 1.5, 1000, YEAR),
  roundTrip: span,
  suspects: fc.constantFrom([], names),
});

/** Questions about everything, with all the patience in the world. */
const confirm = fc.record({ count: number, within: span, vector });
/** Every member has any values, and members that do not exist are among them. */
const confirmed = fc.tuple(fc.record({ by: fc.constantFrom([], names, ["x1", "x2"]), vector }));

/**
 * Well-formed lies of one member: values in the name of others, claims to have missing values, numbers far ahead, lives that
 * never existed, rounds at absurd times, all members suspected, fingerprints of nothing, all values deleted, later lives of the receiver, parts of
 * no message.
 */
export const forged: fc.Arbitrary<object> = fc.oneof(
  fc.record(
    { type: fc.constant("gossip_ok"), incarnation, ack, round, confirmed },
    { requiredKeys: ["type", "incarnation", "ack"] },
  ),
  fc.record({ type: fc.constant("digest"), incarnation, vector, reply: fc.boolean() }),
  fc.record({
    type: fc.constant("digest"),
    incarnation,
    vector,
    reply: fc.boolean(),
    verify: fc.boolean(),
    gone: vector,
    suspects: fc.constantFrom([], names),
  }),
  fc.record({
    type: fc.constant("summary"),
    incarnation,
    salt: fc.constantFrom(0, 1, LARGEST),
    places: fc.constantFrom([null, null], [null, ["n0@1", 2]], [["n1@1", 1], null]),
    known: fc.tuple(fc.oneof(vector, fc.constantFrom(0, 1, LARGEST))),
    reply: fc.boolean(),
    verify: fc.boolean(),
    gone: vector,
    suspects: fc.constantFrom([], names),
    more: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom("holdings", "stable"), incarnation, vector, of: fc.constantFrom(1, 2, LARGEST) }),
  fc.record({
    type: fc.constant("probe_ok"),
    incarnation,
    of: incarnation,
    number,
    held: span,
    summaries: fc.boolean(),
  }),
  fc.record({ type: fc.constant("probe"), incarnation, number, summaries: fc.boolean() }),
  fc.record({ type: fc.constant("stale"), incarnation, known: fc.constantFrom(0, 1, 2, 2 ** 40, LARGEST - 2 ** 20) }),
  fc.record({
    type: fc.constant("part"),
    message: fc.constantFrom("1.1", "1.2"),
    index: fc.nat(3),
    count: fc.constantFrom(1, 2, 4096),
    text: fc.constantFrom("", "{", '{"type":"probe"}', "[".repeat(1_000)),
  }),
  fc.record(
    {
      type: fc.constant("gossip"),
      values: fc.tuple(fc.constant("forged")),
      dots: fc.tuple(fc.oneof(fc.tuple(author, number, fc.constant(1)), stolen)),
      ages: fc.tuple(age),
      incarnation,
      number: fc.constant(LARGEST),
      base: number,
      first: number,
      direct: fc.boolean(),
      ask: fc.boolean(),
      confirm,
      confirmed,
      up: fc.boolean(),
      ack,
      round,
    },
    { requiredKeys: ["type", "values", "dots", "ages", "incarnation", "number", "base"] },
  ),
);
