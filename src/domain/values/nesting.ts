/**
 * Whether arrays and objects in a parsed value are nested more than `levels` deep; `[]` is one level deep, `1` none.
 * The search goes level by level instead of recursively, so no depth can overflow the stack.
 */
export function isNestedDeeperThan(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return false;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === levels) return true;
    const next: object[] = [];
    // A list may be long, so it is not copied.
    for (const container of level)
      for (const child of Array.isArray(container) ? container : Object.values(container))
        if (isContainer(child)) next.push(child);
    level = next;
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
