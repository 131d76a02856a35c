import * as v from "valibot";
import { type Address, addressWords, isLoopback, parseAddress } from "../../adapters/tcp/address.js";
import { parseSeeds } from "../../adapters/tcp/members.js";
import { addressesIn, refusePlaintext, refuseUnreachablePlace } from "../../adapters/tcp/place.js";
import { checkOptions } from "../../application/options/check-options.js";
import { duration, memberId, whole } from "../../application/options/fields.js";
import { InvalidOptions, wrongOption } from "../../application/options/invalid-options.js";
import { LOG_LEVELS } from "../../domain/log/levels.js";
import type { LogLevel } from "../../domain/ports/log.js";
import type { Budget, BudgetName, RetentionPolicy } from "../../library/index.js";
import { retentionSchema, settingsOf } from "../../library/node/options.js";
import { TOPIC_NAME, TOPIC_WORDS } from "../../library/node/topics/topic-name.js";

/** Caller in the messages about options. */
const CALLER = "tidecast serve";

const text = v.pipe(v.string("a text"), v.minLength(1, "a text that is not empty"));
const flag = v.boolean("true or false");
const ms = whole(0, 600_000);

const listenAddress = v.custom<string>(
  (value) => typeof value === "string" && parseAddress(value, 0) !== undefined,
  addressWords(0),
);

const advertisedAddress = v.custom<string>(
  (value) => typeof value === "string" && parseAddress(value) !== undefined,
  addressWords(),
);

const TOKEN = /^[\x21-\x7e]{16,}$/;
/** `refuseWrongToken` checks it, whose error does not show it. */
const token = v.string();

const ackWords = '"local", "all", or a whole number from 1';

/** A group of settings, which says what it contains if a config file has something else there, or nothing. */
function section<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.strictObject(entries, `{ ${Object.keys(entries).join(", ")} }`);
}

const topicSettings = section({ retain: retentionSchema });

/** Schema of the config file. Unknown keys are refused. */
const schema = v.strictObject({
  id: v.optional(memberId),
  cluster: v.optional(
    section({
      listen: v.optional(listenAddress),
      advertise: v.optional(advertisedAddress),
      join: v.optional(v.array(text, "a list of addresses")),
      tls: v.optional(section({ key: text, cert: text, ca: text })),
      allowPlaintext: v.optional(flag),
    }),
  ),
  http: v.optional(
    section({
      listen: v.optional(listenAddress),
      token: v.optional(token),
      tokenFile: v.optional(text),
      tls: v.optional(section({ key: text, cert: text, ca: v.optional(text) })),
      allowPlaintext: v.optional(flag),
    }),
  ),
  budget: v.optional(v.picklist(["default", "frugal", "eager"], "default, frugal or eager")),
  median: v.optional(ms),
  max: v.optional(ms),
  retain: v.optional(retentionSchema),
  topics: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(TOPIC_NAME, TOPIC_WORDS)),
      topicSettings,
      "topics by name, each with { retain }",
    ),
  ),
  journal: v.optional(text),
  ack: v.optional(
    v.custom<"local" | "all" | number>(
      (value) => value === "local" || value === "all" || (Number.isSafeInteger(value) && (value as number) >= 1),
      ackWords,
    ),
  ),
  ackTimeout: v.optional(duration),
  limits: v.optional(
    section({
      bodyBytes: v.optional(whole(1, 256 * 2 ** 20)),
      connections: v.optional(whole(1)),
      streams: v.optional(whole(1)),
      slowReader: v.optional(duration),
      idempotencyKeys: v.optional(whole(1)),
      idempotencyTime: v.optional(whole(1)),
    }),
  ),
  log: v.optional(
    section({
      level: v.optional(v.picklist(LOG_LEVELS, "debug, info, warn or error")),
      format: v.optional(v.picklist(["text", "json"], "text or json")),
    }),
  ),
  shutdown: v.optional(section({ delay: v.optional(whole(0, 5_000)) })),
});

/** Paths of PEM files. */
export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string | undefined;
}

/** The complete settings of a server. */
export interface ServeSettings {
  readonly id: string;
  readonly cluster: {
    readonly listen: string;
    readonly advertise?: string | undefined;
    readonly join: readonly string[];
    readonly tls?: (TlsFiles & { readonly ca: string }) | undefined;
    readonly allowPlaintext: boolean;
  };
  readonly http: {
    readonly listen: string;
    readonly token?: string | undefined;
    readonly tokenFile?: string | undefined;
    readonly tls?: TlsFiles | undefined;
    readonly allowPlaintext: boolean;
  };
  readonly budget?: BudgetName | undefined;
  readonly median?: number | undefined;
  readonly max?: number | undefined;
  readonly retain?: RetentionPolicy | undefined;
  /** By name. */
  readonly topics: Readonly<Record<string, { readonly retain: RetentionPolicy }>>;
  readonly journal?: string | undefined;
  readonly ack: "local" | "all" | number;
  readonly ackTimeout?: number | undefined;
  readonly limits: {
    /** In bytes. */
    readonly bodyBytes: number;
    readonly connections: number;
    readonly streams: number;
    /** In ms. */
    readonly slowReader: number;
    readonly idempotencyKeys: number;
    /** In ms. */
    readonly idempotencyTime: number;
  };
  readonly log: {
    /** The least urgent level that is written. */
    readonly level: LogLevel;
    readonly format: "text" | "json";
  };
  readonly shutdown: {
    /** In ms. */
    readonly delay: number;
  };
}

/** Defaults of everything but the id. */
const DEFAULTS = {
  clusterListen: "127.0.0.1:7000",
  httpListen: "127.0.0.1:8080",
  limits: {
    bodyBytes: 2 ** 20,
    connections: 10_000,
    streams: 1_000,
    slowReader: 60_000,
    idempotencyKeys: 100_000,
    idempotencyTime: 86_400_000,
  },
} as const;

/**
 * Validates settings and fills in the defaults.
 * @param given contents of a config file, with variables and flags merged in
 * @param id the default id
 * @throws {InvalidOptions} for the first unknown or invalid setting, and for settings that contradict each other
 */
export function resolveServeSettings(given: unknown, id: string): ServeSettings {
  refuseWrongToken(given);
  const checked = checkOptions(CALLER, schema, given);
  const { cluster = {}, http = {}, limits = {}, log = {}, shutdown = {}, budget, median, max } = checked;
  if (budget !== undefined && (median !== undefined || max !== undefined))
    throw new InvalidOptions(`${CALLER} needs either budget or median and max, not both`);
  const settings: ServeSettings = {
    id: checked.id ?? id,
    cluster: {
      listen: DEFAULTS.clusterListen,
      join: [],
      allowPlaintext: false,
      ...defined(cluster),
    },
    http: { listen: DEFAULTS.httpListen, allowPlaintext: false, ...defined(http) },
    ...defined({
      budget,
      median,
      max,
      retain: checked.retain as RetentionPolicy | undefined,
      journal: checked.journal,
    }),
    topics: { ...checked.topics, ...specialTopics(given) } as ServeSettings["topics"],
    ack: checked.ack ?? "local",
    ...defined({ ackTimeout: checked.ackTimeout }),
    limits: { ...DEFAULTS.limits, ...defined(limits) },
    log: { level: "info", format: "text", ...defined(log) },
    shutdown: { delay: 0, ...defined(shutdown) },
  };
  // The library would refuse these later, when the server starts.
  parseSeeds(CALLER, settings.cluster.join, "cluster.join");
  refuseUnreachablePlace({ caller: CALLER, group: "cluster." }, settings.cluster);
  refusePlaintextCluster(settings);
  settingsOf(budgetOf(settings), `${CALLER}'s latency budget (median, max)`);
  refuseOpenDoors(settings);
  return settings;
}

/** The budget for `createNode`. */
export function budgetOf({ budget, median, max }: ServeSettings): Budget | BudgetName {
  if (median === undefined && max === undefined) return budget ?? "default";
  return { ...(median !== undefined && { median }), ...(max !== undefined && { max }) };
}

/** @throws {InvalidOptions} for a token that no client could send, or that is easily guessed */
function refuseWrongToken(given: unknown): void {
  const { token } = (given as { http?: { token?: unknown } | null }).http ?? {};
  if (token === undefined || (typeof token === "string" && TOKEN.test(token))) return;
  throw new InvalidOptions(
    `${CALLER}'s option http.token must be at least 16 printable characters of ASCII, without spaces, in quotes if they are digits`,
  );
}

/** The topics whose names valibot leaves out of every record. @throws {InvalidOptions} if one is invalid */
function specialTopics(given: unknown): object {
  const { topics } = given as { topics?: object };
  if (topics !== undefined && Object.hasOwn(topics, "__proto__"))
    throw wrongOption(CALLER, "topics.__proto__", TOPIC_WORDS, "__proto__");
  const special = Object.entries(topics ?? {}).filter(([name]) => name === "constructor" || name === "prototype");
  const checkers = Object.fromEntries(special.map(([name]) => [name, topicSettings]));
  const only = v.strictObject({ topics: v.strictObject(checkers) });
  return checkOptions(CALLER, only, { topics: Object.fromEntries(special) }).topics;
}

/** @throws {InvalidOptions} if members on other machines would get plain text that is not allowed */
function refusePlaintextCluster({ cluster }: ServeSettings): void {
  const { listen, advertise, join, tls, allowPlaintext } = cluster;
  if (tls === undefined && !allowPlaintext) refusePlaintext(addressesIn([listen, advertise, ...join]), "cluster.");
}

/** @throws {InvalidOptions} if clients on other machines could do as they like */
function refuseOpenDoors({ http }: ServeSettings): void {
  if (isLoopback(parseAddress(http.listen, 0) as Address)) return;
  const isGuarded = http.token !== undefined || http.tokenFile !== undefined || http.tls?.ca !== undefined;
  if (!isGuarded)
    throw new InvalidOptions(
      `${CALLER}'s option http.listen is ${http.listen}, to which other machines can connect, but clients need no authentication: ` +
        "set http.tokenFile, or http.tls.ca for mTLS, or listen on 127.0.0.1",
    );
  if (http.tls === undefined && !http.allowPlaintext)
    throw new InvalidOptions(
      `${CALLER}'s option http.listen is ${http.listen}, to which other machines can connect, but there is no TLS: ` +
        "set http.tls, or set http.allowPlaintext to true if you trust the network or a proxy encrypts",
    );
}

function defined<Given extends object>(given: Given): { [Name in keyof Given]: Exclude<Given[Name], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
