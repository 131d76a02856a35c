import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InvalidOptions } from "../../src/application/options/invalid-options.js";
import { flagOf, SERVE_FIELDS, variableOf } from "../../src/serve/settings/fields.js";
import { loadSettings, printableSettings } from "../../src/serve/settings/load.js";

const folder = mkdtempSync(join(tmpdir(), "tidecast-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configFile(text: string): string {
  const path = join(folder, `${Math.random()}.yaml`);
  writeFileSync(path, text);
  return path;
}

const load = (flags: Record<string, string | true>, environment: Record<string, string> = {}, text = "") =>
  loadSettings({ flags, environment, configFile: configFile(text) });

/** A valid text for each kind of setting. */
const EXAMPLES: Record<string, string> = {
  "cluster.listen": "127.0.0.1:1",
  "cluster.advertise": "127.0.0.1:1",
  "http.listen": "127.0.0.1:1",
  "http.token": "0123456789abcdef",
  budget: "frugal",
  "log.level": "debug",
  "log.format": "json",
  median: "100",
  max: "200",
};

describe("the settings of a server", () => {
  it("are complete without any source", () => {
    expect(loadSettings({ flags: {}, environment: {} })).toMatchObject({
      id: expect.stringMatching(/./),
      cluster: { listen: "127.0.0.1:7000", join: [] },
      http: { listen: "127.0.0.1:8080" },
      ack: "local",
      limits: { bodyBytes: 1_048_576 },
    });
  });

  it("follow flags before variables, and variables before the config file", () => {
    const text = "id: file\nack: 2\njournal: file\nmedian: 50";
    const settings = load({ id: "flag" }, { TIDECAST_ID: "variable", TIDECAST_JOURNAL: "variable" }, text);
    expect(settings).toMatchObject({ id: "flag", journal: "variable", ack: 2, median: 50 });
  });

  it("can be JSON", () => {
    expect(load({}, {}, '{"cluster": {"join": ["[::1]:1", "localhost:1"]}}').cluster.join).toEqual([
      "[::1]:1",
      "localhost:1",
    ]);
  });

  it.each(SERVE_FIELDS.map((field) => [field.path, field] as const))(
    "have the spelling %s everywhere",
    (path, field) => {
      const text =
        EXAMPLES[path] ??
        { number: "3", switch: "true", list: "127.0.0.1:1,localhost:2", ack: "all", text: "some-text" }[field.kind];
      // Some settings only make sense with others.
      const company = path.includes(".tls.")
        ? Object.fromEntries(
            ["key", "cert", "ca"]
              .map((name) => [path.replace(/\w+$/, name), "file"])
              .filter(([other]) => other !== path),
          )
        : {};
      const byFlag = load({ ...company, [path]: field.kind === "switch" ? true : text });
      const byVariable = load(company, { [variableOf(field)]: text });
      expect(byVariable).toEqual(byFlag);
      expect(byFlag).not.toEqual(load({}));
      expect(flagOf(field)).toBe(`--${path.replaceAll(/[.]|(?=[A-Z])/g, "-").toLowerCase()}`);
    },
  );

  const mistakes: [what: string, act: () => unknown, message: RegExp][] = [
    [
      "an unknown key",
      () => load({}, {}, "joural: data"),
      /has no option joural; the options are id, .*; did you mean journal\?$/,
    ],
    [
      "an unknown key inside",
      () => load({}, {}, "http: { lisen: x }"),
      /has no option http\.lisen; .*; did you mean http\.listen\?$/,
    ],
    [
      "an unknown level",
      () => load({ "log.level": "loud" }),
      /log\.level must be debug, info, warn or error, but it is "loud"$/,
    ],
    ["an unknown format", () => load({ "log.format": "xml" }), /log\.format must be text or json, but it is "xml"$/],
    ["a value of another type", () => load({}, {}, "journal: 5"), /option journal must be a text, but it is 5$/],
    [
      "no number in a flag",
      () => load({ "retain.maxCount": "many" }),
      /the option --retain-max-count must be a whole number, but it is "many"$/,
    ],
    [
      "no number in a variable",
      () => load({}, { TIDECAST_MAX: "1s" }),
      /the variable TIDECAST_MAX must be a whole number, but it is "1s"$/,
    ],
    [
      "a misspelled variable",
      () => load({}, { TIDECAST_JOURNALS: "data" }),
      /there is no variable TIDECAST_JOURNALS; did you mean TIDECAST_JOURNAL\?$/,
    ],
    ["no YAML", () => load({}, {}, "a: [1"), /is neither YAML nor JSON: /],
    ["no object", () => load({}, {}, "- a"), /must contain settings by name/],
    [
      "two documents",
      () => load({}, {}, "id: a\n---\njournal: data\n"),
      /^the config file \S+ has several YAML documents; put all settings into one, without a line "---" between them$/,
    ],
    ...(
      [
        ["cluster: [a]", /option cluster must be \{ listen, .* \}, but it is \["a"\]$/],
        ["limits: []", /option limits must be \{ bodyBytes, .* \}, but it is \[\]$/],
        ["cluster: { tls: [a] }", /option cluster\.tls must be \{ key, cert, ca \}, but it is \["a"\]$/],
        ["retain: [5]", /option retain must be \{ maxAge, maxCount \}, with at least one of them, but it is \[5\]$/],
        ["topics: [a]", /option topics must be topics by name, each with \{ retain \}, but it is \["a"\]$/],
        ["topics: { a.b: [] }", /option topics\.a\.b must be \{ retain \}, but it is \[\]$/],
      ] as const
    ).map(([text, message]): [string, () => unknown, RegExp] => [
      `a list as ${text}`,
      () => load({}, {}, text),
      message,
    ]),
    [
      "a seed that is no text",
      () => load({}, {}, "cluster: { join: [7000] }"),
      /option cluster\.join\[0\] must be a text, but it is 7000$/,
    ],
    [
      "no file",
      () => loadSettings({ flags: {}, environment: {}, configFile: "/no/such" }),
      /the config file \/no\/such cannot be read: ENOENT/,
    ],
    ["two budgets", () => load({ budget: "eager", max: "5" }), /needs either budget or median and max, not both$/],
    [
      "an address to join without a valid port",
      () => load({}, {}, 'cluster: { join: ["b:7000", "a:99999"] }'),
      /^tidecast serve's option cluster\.join\[1\] must be host:port.*, but it is "a:99999"$/,
    ],
    [
      "an advertised address without a port",
      () => load({ "cluster.advertise": "127.0.0.1:0" }),
      /^tidecast serve's option cluster\.advertise must be host:port.*from 1 to 65535, but it is "127\.0\.0\.1:0"$/,
    ],
    [
      "an advertised address that is none",
      () => load({ "cluster.advertise": "[::]:7000" }),
      /option cluster\.advertise is \[::\]:7000, to which no other machine can connect; set cluster\.advertise to/,
    ],
    [
      "an address for members that needs another one to advertise",
      () => load({ "cluster.listen": "0.0.0.0:7000" }),
      /option cluster\.listen is 0\.0\.0\.0:7000, to which no other machine can connect; set cluster\.advertise to/,
    ],
    ...["listen: 10.0.0.7:1", "advertise: 10.0.0.7:1", "join: [10.0.0.7:1]"].map(
      (text): [string, () => unknown, RegExp] => [
        `plain text between members: ${text}`,
        () => load({}, {}, `cluster: { ${text} }`),
        /^10\.0\.0\.7:1 is not on this machine, .*: set cluster\.tls to .*, or set cluster\.allowPlaintext to true/,
      ],
    ),
    [
      "a median above max",
      () => load({ median: "500", max: "100" }),
      /^tidecast serve's latency budget \(median, max\) is invalid: median 500 exceeds max 100/,
    ],
    [
      "an open door",
      () => load({ "http.listen": "0.0.0.0:80" }),
      /clients need no authentication: set http\.tokenFile, or http\.tls\.ca/,
    ],
    [
      "plain text on the network",
      () => load({ "http.listen": "0.0.0.0:80", "http.tokenFile": "tokens" }),
      /there is no TLS: set http\.tls, or set http\.allowPlaintext/,
    ],
    [
      "a short token",
      () => load({}, { TIDECAST_HTTP_TOKEN: "short" }),
      /option http\.token must be at least 16 printable characters of ASCII, without spaces, in quotes if they are digits$/,
    ],
    ["a token that is a number", () => load({}, {}, "http: { token: 12345678901234567890 }"), /if they are digits$/],
    [
      "a section without settings",
      () => load({}, {}, "cluster:"),
      /option cluster must be \{ listen, advertise, join, tls, allowPlaintext \}, but it is null$/,
    ],
    ["an empty section inside", () => load({}, {}, "http: { tls: }"), /option http\.tls must be \{ key, cert, ca \}/],
    [
      "a number as a section, even if a flag has a part of it",
      () => load({ "http.listen": "127.0.0.1:1" }, {}, "http: 8080"),
      /option http must be \{ listen, .*, but it is 8080$/,
    ],
  ];
  it.each(mistakes)("are refused: %s", (_, act, message) => {
    expect(act).toThrow(InvalidOptions);
    expect(act).toThrow(message);
  });

  it("give topics limits of their own, in the config file", () => {
    const text = "retain: { maxAge: 5 }\ntopics:\n  orders.eu: { retain: { maxCount: 9 } }";
    expect(load({}, {}, text)).toMatchObject({
      retain: { maxAge: 5 },
      topics: { "orders.eu": { retain: { maxCount: 9 } } },
    });
    expect(load({}).topics).toEqual({});
  });

  it.each([
    [
      "topics: { a: { retain: { maxAge: 1 }, retian: 1 } }",
      /has no option topics\.a\.retian; .* retain; did you mean topics\.a\.retain\?$/,
    ],
    ["topics: { a.b: { retain: { maxAges: 1 } } }", /has no option topics\.a\.b\.retain\.maxAges; .*maxAge, maxCount/],
    [
      "topics: { a: { retain: {} } }",
      /option topics\.a\.retain must be \{ maxAge, maxCount \}, with at least one of them/,
    ],
    ["topics: { a: {} }", /needs the option topics\.a\.retain$/],
    ["topics: { '*': { retain: { maxAge: 1 } } }", /option topics\.\* must be a string of 1 to 100 letters/],
    ["topics: { __proto__: { retain: { maxAge: 1 } } }", /option topics\.__proto__ must be a string of 1 to 100/],
    ["topics: { constructor: { retain: {} } }", /option topics\.constructor\.retain must be \{ maxAge, maxCount \}/],
    [
      "topics: { prototype: { retain: { maxAge: 1 }, retian: 1 } }",
      /has no option topics\.prototype\.retian; .*topics\.prototype\.retain\?$/,
    ],
    ["retain: {}", /option retain must be \{ maxAge, maxCount \}, with at least one of them/],
  ])("are refused with the place of the mistake: %s", (text, message) => {
    expect(() => load({}, {}, text)).toThrow(message);
  });

  it("give topics limits whose names objects treat specially", () => {
    const names = ["constructor", "prototype", "toString"];
    const { topics } = load({}, {}, `topics: { ${names.map((name) => `${name}: { retain: { maxAge: 5 } }`)} }`);
    for (const name of names)
      expect(Object.getOwnPropertyDescriptor(topics, name)?.value).toEqual({ retain: { maxAge: 5 } });
  });

  it("ignore the variables of clients and other commands, and an empty variable for the config file", () => {
    expect(() => load({}, { TIDECAST_TOKEN: "0123456789abcdef", TIDECAST_ANY_SYSTEM: "1" })).not.toThrow();
    expect(() => loadSettings({ flags: {}, environment: { TIDECAST_CONFIG: "" } })).not.toThrow();
  });

  it("ignore the variables that Kubernetes sets for a service named tidecast", () => {
    expect(() => load({}, { TIDECAST_PORT: "tcp://10.0.0.1:80", TIDECAST_SERVICE_HOST: "10.0.0.1" })).not.toThrow();
  });

  it("are printed without secrets", () => {
    const printed = printableSettings(load({}, { TIDECAST_HTTP_TOKEN: "0123456789abcdef", TIDECAST_ID: "a" }));
    expect(printed).toMatchObject({ id: "a", http: { token: "(secret)" } });
    expect(JSON.stringify(printed)).not.toContain("0123456789abcdef");
  });
});
