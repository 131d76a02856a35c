import { hostname } from "node:os";

/** A setting of the server: its place in the config file, its flag, its variable and its help all come from here. */
export interface ServeField {
  /** Path in the config file, such as `http.listen`. */
  readonly path: string;
  /** How a text is read: `list` is separated by commas. `ack` is a word or a number. */
  readonly kind: "text" | "number" | "switch" | "list" | "ack";
  /** Placeholder of the value in the help, such as `host:port`. */
  readonly placeholder?: string;
  /** The default as the help shows it. */
  readonly default: string;
  readonly effect: string;
  /** A secret is no option of the command line, where other users of the machine could read it, and is not printed. */
  readonly isSecret?: true;
}

/** Every setting of the server. */
export const SERVE_FIELDS: readonly ServeField[] = [
  {
    path: "id",
    kind: "text",
    placeholder: "id",
    default: "the name of this host",
    effect: "id of this member; another one for each member, and the same after a restart",
  },
  {
    path: "cluster.listen",
    kind: "text",
    placeholder: "host:port",
    default: "127.0.0.1:7000",
    effect: "address on which the other members reach this one; port 0 lets the system choose",
  },
  {
    path: "cluster.advertise",
    kind: "text",
    placeholder: "host:port",
    default: "the address in cluster.listen",
    effect: "address that the other members use, if it differs",
  },
  {
    path: "cluster.join",
    kind: "list",
    placeholder: "addresses",
    default: "none: this member founds a cluster",
    effect: "addresses of members, host:port or the name of an SRV record; any one that is alive is enough",
  },
  {
    path: "cluster.tls.key",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "key of this member's certificate for the cluster, as PEM",
  },
  {
    path: "cluster.tls.cert",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "certificate that names this member, as PEM",
  },
  {
    path: "cluster.tls.ca",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "authority that signed the certificates of all members, as PEM",
  },
  {
    path: "cluster.allowPlaintext",
    kind: "switch",
    default: "false",
    effect: "allows members on other machines without TLS: every process that can connect can pose as a member",
  },
  {
    path: "http.listen",
    kind: "text",
    placeholder: "host:port",
    default: "127.0.0.1:8080",
    effect:
      "address for clients; another machine can only connect if there is a token or mTLS; port 0 lets the system choose",
  },
  {
    path: "http.token",
    kind: "text",
    default: "none",
    effect: "bearer token that clients must send; at least 16 characters",
    isSecret: true,
  },
  {
    path: "http.tokenFile",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "file with the valid bearer tokens, one per line; it is read again when it changes",
  },
  {
    path: "http.tls.key",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "key of the server's certificate, as PEM",
  },
  {
    path: "http.tls.cert",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "the server's certificate, as PEM",
  },
  {
    path: "http.tls.ca",
    kind: "text",
    placeholder: "file",
    default: "none",
    effect: "authority of the clients' certificates, as PEM: clients must show one (mTLS)",
  },
  {
    path: "http.allowPlaintext",
    kind: "switch",
    default: "false",
    effect: "allows clients on other machines without TLS: tokens and values can be read on the way",
  },
  {
    path: "budget",
    kind: "text",
    placeholder: "name",
    default: "default",
    effect: "latency budget by name: default, frugal or eager; the same on every member",
  },
  {
    path: "median",
    kind: "number",
    placeholder: "ms",
    default: "that of the budget",
    effect: "half of the values are on every member within this time",
  },
  {
    path: "max",
    kind: "number",
    placeholder: "ms",
    default: "that of the budget",
    effect: "every value is on every member within this time",
  },
  {
    path: "retain.maxAge",
    kind: "number",
    placeholder: "ms",
    default: "no limit",
    effect: "values are deleted at this age; the same on every member",
  },
  {
    path: "retain.maxCount",
    kind: "number",
    placeholder: "n",
    default: "no limit",
    effect: "number of values that are kept; the same on every member",
  },
  {
    path: "journal",
    kind: "text",
    placeholder: "folder",
    default: "none",
    effect:
      "folder that stores each value before it is acknowledged; without it a killed server loses what it has not sent",
  },
  {
    path: "ack",
    kind: "ack",
    placeholder: "n",
    default: "local",
    effect:
      "members that have stored a value before it is acknowledged: local, all, or a number; a request may ask for another",
  },
  {
    path: "ackTimeout",
    kind: "number",
    placeholder: "ms",
    default: "3500, or the budget's maximum plus 1500",
    effect: "time that a broadcast waits for other members",
  },
  {
    path: "limits.bodyBytes",
    kind: "number",
    placeholder: "bytes",
    default: "1048576",
    effect: "largest body of a request",
  },
  {
    path: "limits.connections",
    kind: "number",
    placeholder: "n",
    default: "10000",
    effect: "most connections of clients at a time",
  },
  {
    path: "limits.streams",
    kind: "number",
    placeholder: "n",
    default: "1000",
    effect: "most streams of events at a time",
  },
  {
    path: "limits.slowReader",
    kind: "number",
    placeholder: "ms",
    default: "60000",
    effect: "a stream is closed if its client reads nothing for this long",
  },
  {
    path: "limits.idempotencyKeys",
    kind: "number",
    placeholder: "n",
    default: "100000",
    effect: "keys that are remembered; the oldest are forgotten first",
  },
  {
    path: "limits.idempotencyTime",
    kind: "number",
    placeholder: "ms",
    default: "86400000",
    effect: "time for which a key is remembered",
  },
  {
    path: "log.level",
    kind: "text",
    placeholder: "level",
    default: "info",
    effect: "least urgent events in the log, which goes to stderr: debug, info, warn or error",
  },
  {
    path: "log.format",
    kind: "text",
    placeholder: "format",
    default: "text",
    effect: "text: a line for people; json: a JSON object per line, with the code and the fields of each event",
  },
  {
    path: "shutdown.delay",
    kind: "number",
    placeholder: "ms",
    default: "0",
    effect:
      "after SIGTERM, time that the server still serves while /readyz says 503, so that load balancers notice; at most 5000",
  },
];

/** The option of the command line, such as `--http-listen`. */
export function flagOf({ path }: ServeField): string {
  return `--${wordsOf(path).join("-")}`;
}

/** The environment variable, such as `TIDECAST_HTTP_LISTEN`. */
export function variableOf({ path }: ServeField): string {
  return `TIDECAST_${wordsOf(path).join("_").toUpperCase()}`;
}

/** The variable for the path of the config file. */
export const CONFIG_VARIABLE = "TIDECAST_CONFIG";

/** Variables of the other commands and of the examples, which may be set where a server runs. */
export const OTHER_VARIABLES = ["TIDECAST_TOKEN", "TIDECAST_ANY_SYSTEM"] as const;

/** The default id. */
export function defaultId(): string {
  return hostname();
}

function wordsOf(path: string): string[] {
  return path.split(/[.]|(?=[A-Z])/).map((word) => word.toLowerCase());
}
