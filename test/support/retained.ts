/**
 * How much a node remembers: the entries of every array, map, set and object that can be reached from it, each counted once.
 * Unlike the heap's size it does not depend on when memory is collected.
 * @param shared objects that are not the node's own, such as its clock; they are left out with all that they refer to
 */
export function retainedEntries(root: object, shared: readonly object[] = []): number {
  const seen = new Set<object>(shared);
  const open: unknown[] = [root];
  let count = 0;
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    const content = next instanceof Map ? [...next].flat() : next instanceof Set ? [...next] : [];
    for (const part of content) open.push(part);
    const own = Object.values(next);
    for (const part of own) open.push(part);
    count += content.length + own.length;
  }
  return count;
}
