/** A sentence lists this many names; further ones are only counted. */
export const MOST_NAMED = 4;
/** A shorter wait than this (ms) is not mentioned. */
export const LEAST_WAIT = 1;

/** Groups the items by key, in the order of the keys' first occurrence. */
export function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => number): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Lists names for a sentence; of many, the first few and the number of others. */
export function named(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return listed(names);
  return `${names.slice(0, MOST_NAMED - 1).join(", ")} and ${names.length - MOST_NAMED + 1} others`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** "1 message", "2 messages". */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** A time (ms) in seconds, with its unit. */
export function seconds(time: number): string {
  return `${(time / 1000).toFixed(3)} s`;
}

/** A duration in ms, with its unit. */
export function milliseconds(time: number): string {
  return `${time < 10 ? time.toFixed(1) : time.toFixed(0)} ms`;
}
