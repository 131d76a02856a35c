import * as v from "valibot";
import { InvalidOptions, quote } from "./invalid-options.js";
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
  if (typeof options !== "object" || options === null)
    throw new InvalidOptions(`${caller} needs an object with options (${known.join(", ")}), not ${quote(options)}`);
  const result = v.safeParse(schema, options, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  // A name given by the user, such as that of a topic, may contain dots itself.
  const names = (issue.path ?? []).map(({ key }) => String(key));
  const path = names.join(".");
  if (issue.type === "strict_object" && issue.expected === "never")
    throw unknownOption(caller, names, namesAt(schema, names.slice(0, -1)));
  // The object's schema reports a missing option, without its allowed values.
  if (issue.input === undefined) throw new InvalidOptions(`${caller} needs the option ${path}`);
  throw new InvalidOptions(`${caller}'s option ${path} must be ${issue.message}, but it is ${quote(issue.input)}`);
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
    const { entries, value } = here as { entries?: v.ObjectEntries; value?: unknown };
    // In a record, `value` is the schema under every name.
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
