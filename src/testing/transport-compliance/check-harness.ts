import * as v from "valibot";
import { duration } from "../../application/options/fields.js";
import { InvalidOptions, quote, wrongOption } from "../../application/options/invalid-options.js";
import { suggestion } from "../../application/options/suggestion.js";
import type { TransportHarness } from "./harness.js";

const WHO = "the transport harness";
const method = v.function("a function");

const promise = v.strictObject(
  {
    maxBytes: v.pipe(v.number(), v.minValue(0)),
    keeps: v.picklist(["newest", "oldest", "nothing", "everything", "some"]),
  },
  "{ maxBytes, keeps }, with a number of bytes from 0 (or Infinity) and one of newest, oldest, nothing, everything, some",
);

const schemas = {
  open: method,
  log: v.array(v.string("a string"), "a list of lines"),
  forAbsentMember: promise,
  forSlowMember: promise,
  crash: v.optional(method),
  pass: v.optional(method),
  queuedBytes: v.optional(method),
  sharedListeners: v.optional(method),
  release: v.optional(method),
  patience: v.optional(duration),
  watch: v.optional(duration),
} satisfies Record<keyof TransportHarness, v.GenericSchema>;

/**
 * Validates a harness. It may have more properties than the suite uses, like an object of any class, but none that looks like a
 * misspelled one.
 * @throws {InvalidOptions}
 */
export function checkHarness(harness: TransportHarness): TransportHarness {
  if (typeof harness !== "object" || harness === null)
    throw new InvalidOptions(`transportChecks needs a TransportHarness from createHarness, not ${quote(harness)}`);
  for (const [name, schema] of Object.entries(schemas)) {
    const value: unknown = harness[name as keyof TransportHarness];
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (result.success) continue;
    if (value === undefined) throw new InvalidOptions(`${WHO} needs ${name}`);
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const message = path === null ? issue.message : promise.message;
    throw wrongOption(WHO, name, String(message), path === null ? value : issue.input);
  }
  const names = Object.keys(schemas);
  for (const name of Object.keys(harness)) {
    const meant = names.includes(name) ? undefined : suggestion(name, names);
    if (meant !== undefined && harness[meant as keyof TransportHarness] === undefined)
      throw new InvalidOptions(`${WHO} has ${name}, which the suite does not use; did you mean ${meant}?`);
  }
  return harness;
}
