import fc from "fast-check";

/** One change of a message: its place, and the new content. */
export interface Mutation {
  readonly where: number;
  readonly how: "replace" | "delete" | "repeat" | "wrap" | "swap" | "add";
  readonly with: unknown;
}

const LARGEST = Number.MAX_SAFE_INTEGER;
/** How far down a message is changed. */
const LEVELS = 6;

/** Nested lists: within the limits, and far beyond. */
const deep = [30, 1_100, 3_000].map((depth): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth)));

/** Wrong content: other types, numbers at every edge, keys with a meaning in JavaScript. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      "",
      "NaN",
      "__proto__",
      "constructor",
      "n0@1",
      "n4",
      [],
      {},
      [[]],
      [[1, 2]],
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[0, -0, -1, 1, 0.5, -1e308, 1e308, 2 ** 31, 2 ** 32, 2 ** 53, LARGEST, -LARGEST, LARGEST - 1, 1e-300],
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(["n0@1", 1, 1], [["n1@1", [[1, LARGEST]]]], ["n0", "n1", "n2", "n3", "n4"]),
  },
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  // Seldom: they take most of the time, and say the same each time.
  { weight: 1, arbitrary: fc.constantFrom(...deep) },
);

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.nat(),
  how: fc.constantFrom("replace", "replace", "delete", "repeat", "wrap", "swap", "add"),
  with: junk,
});

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** The message with each of the changes, in turn, as JSON text; the original stays unchanged. */
export function mutated(message: object, mutations: readonly Mutation[]): string {
  const root = { message: copyOf(message) };
  for (const change of mutations) {
    const places = placesIn(root.message);
    const { holder, key } = places[change.where % Math.max(1, places.length)] ?? { holder: root, key: "message" };
    apply(change, holder, key, places);
  }
  return JSON.stringify(root.message) ?? "null";
}

function apply(
  { how, where, with: given }: Mutation,
  holder: Record<string, unknown>,
  key: string,
  places: readonly Place[],
) {
  if (how === "replace") put(holder, key, copyOf(given));
  else if (how === "delete") {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (how === "repeat") {
    if (Array.isArray(holder)) holder.push(copyOf(holder[Number(key)]));
    else put(holder, `${key}2`, holder[key]);
  } else if (how === "wrap") put(holder, key, [holder[key]]);
  else if (how === "add" && Array.isArray(holder)) holder.push(copyOf(given));
  else if (how === "add")
    put(holder, ["__proto__", "constructor", "toString", "then"][where % 4] as string, copyOf(given));
  else {
    const other = places[(where >>> 3) % places.length];
    if (other !== undefined) put(holder, key, copyOf(other.holder[other.key]));
  }
}

/** A copy down to the changed places; deeper parts are shared. */
function copyOf(part: unknown, levels = LEVELS): unknown {
  if (typeof part !== "object" || part === null || levels === 0) return part;
  if (Array.isArray(part)) return part.map((item) => copyOf(item, levels - 1));
  const copy = {};
  for (const [key, item] of Object.entries(part)) put(copy, key, copyOf(item, levels - 1));
  return copy;
}

/** Sets an own key of any name. */
function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Every place of a message that changes reach. */
function placesIn(message: unknown, levels = LEVELS): Place[] {
  if (typeof message !== "object" || message === null || levels === 0) return [];
  const holder = message as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key], levels - 1)]);
}
