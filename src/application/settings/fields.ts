import * as v from "valibot";

/** Description of a setting, for the command line, the documentation and errors. */
interface Description {
  /** The option of the command line, such as `--batch-size`. */
  readonly flag: string;
  /** Placeholder of the value in the help, such as `ms`. */
  readonly placeholder: string;
  /** `ms`, `values`, …; empty for a choice. */
  readonly unit: string;
  /** The allowed values, as the end of the sentence "allowed: …". */
  readonly allowed: string;
  /** The effect of the setting, in one sentence. */
  readonly effect: string;
}

/** A setting: its allowed values, its default and its effect. */
export interface Field<Value extends string | number> extends Description {
  readonly default: Value;
  /** Decides whether a value is allowed. */
  readonly schema: v.GenericSchema<unknown, Value>;
  /** Parses an argument of the command line; `schema` validates the result. */
  readonly parse: (argument: string) => unknown;
}

/** A whole number within a range, both ends included. */
export function wholeNumber(
  options: { min: number; max: number; default: number } & Pick<Description, "flag" | "unit" | "effect">,
): Field<number> {
  const { min, max, unit } = options;
  return {
    ...options,
    placeholder: unit === "ms" ? "ms" : "n",
    allowed: `a whole number${unit === "ms" ? " of ms" : ""} from ${min} to ${max}`,
    schema: v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max)),
    parse: (argument) => (/^\d{1,15}$/.test(argument) ? Number(argument) : argument),
  };
}

/** A choice of one of a few words. */
export function choice<const Word extends string>(
  options: { words: readonly Word[]; default: NoInfer<Word> } & Pick<Description, "flag" | "placeholder" | "effect">,
): Field<Word> {
  const { words } = options;
  return {
    ...options,
    unit: "",
    allowed: words.length === 1 ? `${words[0]}` : `one of ${words.join(", ")}`,
    schema: v.picklist(words),
    parse: (argument) => argument,
  };
}

/** Any text; the default is empty and means none. */
export function text(options: Pick<Description, "flag" | "placeholder" | "allowed" | "effect">): Field<string> {
  return { ...options, unit: "", default: "", schema: v.string(), parse: (argument) => argument };
}

/** A whole number within a range, or one of a few words. */
export function countOr<const Word extends string>(
  options: { words: readonly Word[]; min: number; max: number; default: NoInfer<Word> } & Pick<
    Description,
    "flag" | "placeholder" | "unit" | "effect"
  >,
): Field<Word | number> {
  const { words, min, max } = options;
  return {
    ...options,
    allowed: `${words.join(", ")}, or a whole number from ${min} to ${max}`,
    schema: v.union([v.picklist(words), v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))]),
    parse: (argument) => (/^\d{1,15}$/.test(argument) ? Number(argument) : argument),
  };
}
