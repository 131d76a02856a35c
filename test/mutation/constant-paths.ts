/** A constant, or a group of constants. */
export type Constants = number | { readonly [name: string]: Constants };

/** The constants of nested groups, each with its path: `RTT.median`. */
export function* pathsOf(constants: Constants, path = ""): Generator<readonly [path: string, value: number]> {
  if (typeof constants === "number") yield [path, constants];
  else
    for (const [name, inner] of Object.entries(constants))
      yield* pathsOf(inner, path === "" ? name : `${path}.${name}`);
}

/** The group of a path: `RTT` of `RTT.median`. */
export function groupOf(path: string): string {
  return path.split(".")[0] as string;
}
