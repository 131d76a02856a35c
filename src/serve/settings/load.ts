import { readFileSync } from "node:fs";
import { parse, type YAMLParseError } from "yaml";
import { isPlainObject } from "../../application/options/fields.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import { suggestion } from "../../application/options/suggestion.js";
import {
  CONFIG_VARIABLE,
  defaultId,
  flagOf,
  OTHER_VARIABLES,
  SERVE_FIELDS,
  type ServeField,
  variableOf,
} from "./fields.js";
import { resolveServeSettings, type ServeSettings } from "./schema.js";

/** A tree of settings as a config file has it. */
type Tree = { [key: string]: unknown };

/** Where settings come from. */
export interface SettingSources {
  /** Texts of the flags, by the path of the setting; `true` for a switch. */
  readonly flags: Readonly<Record<string, string | true>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the config file, if it was given as a flag. */
  readonly configFile?: string;
}

/**
 * Combines all sources: flags count most, then environment variables, then the config file, then the defaults.
 * @throws {InvalidOptions} for the first mistake, with its place
 */
export function loadSettings({ flags, environment, configFile }: SettingSources): ServeSettings {
  refuseUnknownVariables(environment);
  // As every variable, an empty one counts as absent.
  const path = configFile ?? (environment[CONFIG_VARIABLE] || undefined);
  const tree: Tree = path === undefined ? {} : readConfig(path);
  for (const field of SERVE_FIELDS) {
    const name = variableOf(field);
    const text = environment[name];
    if (text !== undefined && text !== "") put(tree, field.path, parsed(field, text, `the variable ${name}`));
  }
  for (const field of SERVE_FIELDS) {
    const text = flags[field.path];
    if (text !== undefined) put(tree, field.path, text === true || parsed(field, text, `the option ${flagOf(field)}`));
  }
  return resolveServeSettings(tree, defaultId());
}

/** The settings as a config file has them, without secrets. */
export function printableSettings(settings: ServeSettings): object {
  const copy = structuredClone(settings) as unknown as Tree;
  for (const { path, isSecret } of SERVE_FIELDS)
    if (isSecret && get(copy, path) !== undefined) put(copy, path, "(secret)");
  return copy;
}

function readConfig(path: string): Tree {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InvalidOptions(`the config file ${path} cannot be read: ${(error as Error).message}`);
  }
  let content: unknown;
  try {
    content = parse(text, { prettyErrors: true });
  } catch (error) {
    if ((error as Partial<YAMLParseError>).code === "MULTIPLE_DOCS")
      throw new InvalidOptions(
        `the config file ${path} has several YAML documents; put all settings into one, without a line "---" between them`,
      );
    throw new InvalidOptions(`the config file ${path} is neither YAML nor JSON: ${(error as Error).message.trim()}`);
  }
  if (content === null || content === undefined) return {};
  if (typeof content !== "object" || Array.isArray(content))
    throw new InvalidOptions(`the config file ${path} must contain settings by name, such as "id: a"`);
  return content as Tree;
}

/** A variable that looks like a setting but is none is probably misspelled. */
function refuseUnknownVariables(environment: SettingSources["environment"]): void {
  const known = [CONFIG_VARIABLE, ...OTHER_VARIABLES, ...SERVE_FIELDS.map(variableOf)];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("TIDECAST_") || known.includes(name)) continue;
    const meant = suggestion(name, known);
    // Kubernetes sets variables such as TIDECAST_PORT for a service of this name; only near misses are mistakes.
    if (meant !== undefined && !/_(SERVICE|PORT)(_|$)/.test(name))
      throw new InvalidOptions(`there is no variable ${name}; did you mean ${meant}?`);
  }
}

function parsed({ kind }: ServeField, text: string, from: string): unknown {
  switch (kind) {
    case "number":
      return numberOf(text, from);
    case "ack":
      return text === "local" || text === "all" ? text : numberOf(text, from);
    case "switch":
      if (text !== "true" && text !== "false")
        throw new InvalidOptions(`${from} must be true or false, but it is ${JSON.stringify(text)}`);
      return text === "true";
    case "list":
      return text.split(",").map((part) => part.trim());
    default:
      return text;
  }
}

function numberOf(text: string, from: string): number {
  if (!/^\d{1,15}$/.test(text.trim()))
    throw new InvalidOptions(`${from} must be a whole number, but it is ${JSON.stringify(text)}`);
  return Number(text);
}

function get(tree: Tree, path: string): unknown {
  return path.split(".").reduce<unknown>((here, name) => (here as Tree | undefined)?.[name], tree);
}

function put(tree: Tree, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop() as string;
  let here = tree;
  for (const name of names) {
    if (!Object.hasOwn(here, name)) here[name] = {};
    // This section is not an object. The schema refuses it, but would accept an object put in its place.
    if (!isPlainObject(here[name])) return;
    here = here[name];
  }
  here[last] = value;
}
