/** A constant, or a group of constants. */
export type Constants = number | { readonly [name: string]: Constants };

/** The constants of nested groups, each with its path: `RTT.median`. */
export function* pathsOf(constants: Constants, path = ""): Generator<readonly [path: string, value: number]> {
  if (typeof constants === "number") yield [path, constants];
  else
    for (const [name, inner] of Object.entries(constants))
      yield* pathsOf(inner, path === "" ? name : `${path}.${name}`);
}

/** Sets the constant at a path of `pathsOf`. */
export function setConstant(constants: Constants, path: string, value: number): void {
  const names = path.split(".");
  const last = names.pop() as string;
  const group = names.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], constants);
  (group as Record<string, number>)[last] = value;
}
