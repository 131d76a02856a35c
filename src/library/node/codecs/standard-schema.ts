import { types } from "node:util";
import { promiseHooks } from "node:v8";
import * as v from "valibot";
import { checkOptions } from "../../../application/options/check-options.js";
import { InvalidOptions, quote } from "../../../application/options/invalid-options.js";
import type { JsonValue } from "../../../domain/values/json-value.js";
import { codecSchema } from "../options.js";
import { type Codec, jsonCodec } from "./codec.js";
import { describePath, pathBelow, rootPath } from "./value-path.js";

/**
 * A schema of any library that implements version 1 of Standard Schema (https://standardschema.dev), such as zod, valibot and arktype.
 * @typeParam Input type of the values that the schema takes
 * @typeParam Output type of the values that it gives: with defaults, for example
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    /** Name of the library. */
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The result of a validation: a value without issues, or issues. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** A part of a value that does not match a schema. */
export interface StandardIssue {
  readonly message: string;
  /** The keys from the root to the part. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Options of `standardSchemaCodec`. */
export interface StandardSchemaCodecOptions<Value> {
  /** Encodes the values that match. Default: `jsonCodec`. With `richCodec` a schema may contain dates, maps and more. */
  readonly codec?: Codec<Value>;
}

const optionsSchema = v.strictObject({ codec: v.optional(codecSchema) });

/** Number of issues that a message lists. */
const MOST_ISSUES = 5;

/** A value does not match its schema. */
export class SchemaViolation extends TypeError {
  override readonly name = "SchemaViolation";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_SCHEMA_VIOLATION";
  /** Each part that does not match: its path, such as `value.items[3].price`, and what is wrong, in the words of the schema's library. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  /** @internal */
  constructor(message: string, issues: SchemaViolation["issues"]) {
    super(message);
    this.issues = issues;
  }
}

/**
 * A codec that validates values with a schema: `broadcast` rejects a value that does not match, and a value of another member that does
 * not match is reported by the event `error` instead of being delivered. Encodes what the schema gives, so defaults are filled in and
 * unknown keys are removed as the schema says. A receiver validates that again: a schema has to give its own results unchanged.
 * The codec's `encode` and `decode` throw `SchemaViolation`; both throw `InvalidOptions` if the schema validates asynchronously, because
 * deliveries do not wait.
 * @throws {InvalidOptions} if it is not a schema, or not of version 1
 */
export function standardSchemaCodec<Input, Output extends Input>(
  schema: StandardSchema<Input, Output>,
  options: StandardSchemaCodecOptions<Output> = {},
): Codec<Output> {
  const standard = propsOf(schema);
  const { vendor } = standard;
  const { codec = jsonCodec as Codec<Output> } = options;
  checkOptions("standardSchemaCodec", optionsSchema, options);
  const checked = (value: unknown): Output => {
    const { result, promises } = withPromises(() => standard.validate(value));
    if ("then" in result || (result.issues === undefined && types.isPromise(result.value))) {
      // Their results are not used, so their failures must not end the process.
      for (const promise of promises) promise.then(undefined, () => {});
      throw new InvalidOptions(asynchronous(vendor));
    }
    if (result.issues !== undefined) throw violation(vendor, result.issues);
    return result.value;
  };
  return {
    encode: (value) => codec.encode(checked(value)),
    decode: (json: JsonValue) => checked(codec.decode(json)),
  };
}

function propsOf<Input, Output>(schema: StandardSchema<Input, Output>): StandardSchema<Input, Output>["~standard"] {
  // The schemas of arktype are functions.
  const props: unknown = (schema as StandardSchema<Input, Output> | null | undefined)?.["~standard"];
  const { version, validate } = (props ?? {}) as { version?: unknown; validate?: unknown };
  if (typeof validate === "function" && version === 1) return schema["~standard"];
  const flaw = version === undefined ? quote(schema) : `one of version ${quote(version)}`;
  throw new InvalidOptions(
    `standardSchemaCodec needs a Standard Schema of version 1 (zod, valibot, arktype), not ${flaw}`,
  );
}

/**
 * The result of `task`, and the promises that were made meanwhile. A library may have dropped some of them: zod validates synchronously at
 * first, gives up at a check that returns a promise, and begins again.
 */
function withPromises<Result>(task: () => Result): { result: Result; promises: readonly Promise<unknown>[] } {
  const promises: Promise<unknown>[] = [];
  const stop = promiseHooks.onInit((promise) => promises.push(promise));
  try {
    return { result: task(), promises };
  } finally {
    stop();
  }
}

function asynchronous(vendor: string): string {
  // The error of that check is in a promise, so it cannot be shown.
  const more =
    vendor === "zod" ? " (zod also does so after a check that throws an error: let it return false instead)" : "";
  return `the ${vendor} schema of standardSchemaCodec validates asynchronously, but deliveries do not wait; remove its async checks and transforms${more}`;
}

function violation(vendor: string, issues: readonly StandardIssue[]): SchemaViolation {
  const described = [...issues].map(({ path = [], message }) => ({
    path: writePath(path),
    // Errors are logged, one per line.
    message: message.replace(/\s*\n\s*/g, " "),
  }));
  const listed = described.slice(0, MOST_ISSUES).map(({ path, message }) => `${path}: ${message}`);
  if (described.length > MOST_ISSUES) listed.push(`and ${described.length - MOST_ISSUES} more`);
  return new SchemaViolation(`the value does not match its ${vendor} schema: ${listed.join("; ")}`, described);
}

function writePath(path: NonNullable<StandardIssue["path"]>): string {
  const keys = path.map((step) => (typeof step === "object" ? step.key : step));
  return describePath(keys.reduce(pathBelow, rootPath("value")));
}
