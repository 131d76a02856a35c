import * as v from "valibot";
import { InvalidOptions, quote, wrongOption } from "./invalid-options.js";
import { suggestion } from "./suggestion.js";

/** A schema of options by name. */
type OptionsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined | string>;

/**
 * Validates the options of a function and rejects unknown ones.
 * @param caller name of the function, as its users know it
 * @returns the options
 * @throws {InvalidOptions} for the first invalid one
 */
export function checkOptions<Schema extends OptionsSchema>(
  caller: string,
  schema: Schema,
  options: unknown,
): v.InferOutput<Schema> {
  const known = Object.keys(schema.entries);
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new InvalidOptions(`${caller} needs an object with options (${known.join(", ")}), not ${quote(options)}`);
  refuseLists(caller, schema, options);
  const result = v.safeParse(schema, options, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  // A name given by the user, such as that of a topic, may contain dots itself.
  const names = (issue.path ?? []).map(({ key }) => String(key));
  const path = pathOf(issue.path ?? []);
  if (issue.type === "strict_object" && issue.expected === "never")
    throw unknownOption(caller, names, namesAt(schema, names.slice(0, -1)));
  // The object's schema reports a missing option, without its allowed values.
  if (issue.input === undefined) throw new InvalidOptions(`${caller} needs the option ${path}`);
  throw new InvalidOptions(`${caller}'s option ${path} must be ${issue.message}, but it is ${quote(issue.input)}`);
}

/** @throws {InvalidOptions} for a list where an object belongs: to valibot a list is an object without any of the options */
function refuseLists(caller: string, schema: unknown, value: unknown, path = ""): void {
  const { entries, value: each, message } = (insideOf(schema) ?? {}) as ObjectLike;
  if ((entries === undefined && each === undefined) || typeof value !== "object" || value === null) return;
  if (Array.isArray(value))
    throw wrongOption(caller, path, message ?? `{ ${Object.keys(entries ?? {}).join(", ")} }`, value);
  for (const name of Object.keys(value)) {
    const inside = entries === undefined ? each : entries[name];
    if (inside !== undefined)
      refuseLists(caller, inside, (value as Record<string, unknown>)[name], path === "" ? name : `${path}.${name}`);
  }
}

/** The parts of a schema of objects or of records. */
interface ObjectLike {
  readonly entries?: v.ObjectEntries;
  /** In a record, the schema under every name. */
  readonly value?: unknown;
  readonly message?: string;
}

/** Where an option is, such as `cluster.join[0]`. */
function pathOf(items: readonly { readonly type: string; readonly key: unknown }[]): string {
  return items
    .map(({ type, key }) => (type === "array" ? `[${String(key)}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

/** The error for an unknown option, with the one that was probably meant. */
function unknownOption(caller: string, names: readonly string[], known: readonly string[]): InvalidOptions {
  const meant = suggestion(names.at(-1) as string, known);
  const hint = meant === undefined ? "" : `; did you mean ${[...names.slice(0, -1), meant].join(".")}?`;
  return new InvalidOptions(`${caller} has no option ${names.join(".")}; the options are ${known.join(", ")}${hint}`);
}

/** The names of the options in an object that is itself an option. */
function namesAt(schema: OptionsSchema, path: readonly string[]): string[] {
  let here: unknown = schema;
  for (const name of path) {
    const { entries, value } = here as ObjectLike;
    here = insideOf(entries?.[name] ?? value ?? {});
  }
  return Object.keys((here as OptionsSchema | undefined)?.entries ?? {});
}

/** The object's schema within its wrappers. */
function insideOf(schema: unknown): unknown {
  const { wrapped, pipe } = schema as { wrapped?: unknown; pipe?: readonly unknown[] };
  if (wrapped !== undefined) return insideOf(wrapped);
  return pipe !== undefined && pipe[0] !== schema ? insideOf(pipe[0]) : schema;
}
