/** Path of a part within a value: the steps from the root. It costs nothing until it is written. */
export interface ValuePath {
  /** The path of the containing part; `undefined` at the root. */
  readonly above: ValuePath | undefined;
  /** The root's name, such as `value`, or the step as code: `.price`, `[3]`, `.get("a")`. */
  readonly step: () => string;
}

/** Longest path, in characters; a longer one is cut in its middle. */
const LONGEST_PATH = 300;

/** The path of a whole value with this name. */
export function rootPath(name: string): ValuePath {
  return { above: undefined, step: () => name };
}

/** The path of a property, an array's item, or the result of a method such as `.get("a")`. */
export function pathBelow(above: ValuePath, key: PropertyKey): ValuePath {
  return { above, step: () => stepOf(key) };
}

/** The path of a map's value under its key. */
export function pathOfEntry(above: ValuePath, key: unknown): ValuePath {
  return { above, step: () => `.get(${isWritable(key) ? JSON.stringify(key) : "…"})` };
}

/** The path of a set's item, or of a map's key, by its position in the order of insertion. */
export function pathOfItem(above: ValuePath, index: number): ValuePath {
  return { above, step: () => `.keys()[${index}]` };
}

/** Writes the path as code, such as `value.items[3].price`. */
export function describePath(path: ValuePath): string {
  const steps: string[] = [];
  for (let place: ValuePath | undefined = path; place !== undefined; place = place.above) steps.push(place.step());
  const text = steps.reverse().join("");
  if (text.length <= LONGEST_PATH) return text;
  return `${text.slice(0, LONGEST_PATH / 2)}…${text.slice(-LONGEST_PATH / 2)}`;
}

function stepOf(key: PropertyKey): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  if (typeof key === "number" || /^(0|[1-9]\d*)$/.test(key)) return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isWritable(key: unknown): boolean {
  return key === null || ["string", "number", "boolean"].includes(typeof key);
}
