/**
 * The directions of the arrows (docs/architecture.md), enforced. A rule says what must not be imported, and why.
 * Types count like values: a layer that names another layer's types depends on it.
 */

/** Whatever does not match any of the given paths: packages and Node's own modules as well. */
const allBut = (...allowed) => ({ pathNot: allowed });

/** What every folder of the domain may import: the ports that it calls, the messages, the constants, who this node is, signals, the events for the log, and what nodes share. */
const SHARED =
  "^src/domain/(ports/(?!broadcast-node[.])|(config|messages|signal)[.]ts$|identity/|log/|values/(per-object|sorted-list)[.]ts$)";

/** A folder of the domain imports itself, what all share, and the folders below it. */
const folderOfTheDomain = (folder, below, comment) => ({
  name: `domain-${folder}-looks-down`,
  comment,
  severity: "error",
  from: { path: `^src/domain/${folder}/` },
  to: allBut(`^src/domain/(${[folder, ...below].join("|")})/`, SHARED),
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circles",
      comment: "Two files that need one another are one file, or one idea too many.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "domain-stands-alone",
      comment: "What broadcast is needs no package, no layer and nothing of Node: the world comes in through ports.",
      severity: "error",
      from: { path: "^src/domain/" },
      to: allBut("^src/domain/"),
    },
    {
      name: "domain-shares-what-is-below-everything",
      comment: "What all folders import must not import them: a port or a message is made of ids and values alone.",
      severity: "error",
      from: { path: SHARED },
      to: allBut("^src/domain/(ports|values)/", "^src/domain/(messages[.]ts$|identity/|log/)"),
    },
    {
      name: "domain-constants-stand-alone",
      comment: "A constant is a number with a reason, and a signal knows nothing of who emits it.",
      severity: "error",
      from: { path: "^src/domain/(config|signal)[.]ts$" },
      to: {},
    },
    {
      name: "domain-values-stand-alone",
      comment: "What a value is has nothing to do with members, messages or time.",
      severity: "error",
      from: { path: "^src/domain/values/" },
      to: allBut("^src/domain/(values/|config[.]ts$)"),
    },
    folderOfTheDomain("tree", [], "The tree is a function of the list of members; it carries no values."),
    folderOfTheDomain(
      "membership",
      [],
      "Who is a member has nothing to do with values or the tree: the tree follows from it.",
    ),
    folderOfTheDomain("delta", ["values"], "What a peer lacks follows from dots, whatever its place in the tree."),
    folderOfTheDomain(
      "batching",
      ["delta", "tree", "values"],
      "A batch is what a peer lacks; when it leaves depends on the tree.",
    ),
    folderOfTheDomain(
      "anti-entropy",
      ["batching", "delta", "values"],
      "The safety net must hold where the tree fails, so it does not know the tree.",
    ),
    folderOfTheDomain(
      "failure",
      ["anti-entropy", "batching", "delta", "tree", "values"],
      "Repair drives all the others, so none of them drives it: they emit signals.",
    ),
    folderOfTheDomain(
      "write-concern",
      ["batching", "delta", "tree", "values"],
      "It asks who has a value; failures reach it as members that do not reply.",
    ),
    folderOfTheDomain(
      "retention",
      ["batching", "delta", "values"],
      "What may be deleted follows from what the peers have that this node sends to.",
    ),
    folderOfTheDomain(
      "session",
      ["anti-entropy", "batching", "delta", "failure", "retention", "tree", "values", "write-concern"],
      "It tells all services what has happened; none of them knows it.",
    ),
    {
      name: "pacers-stand-apart",
      comment: "Each mode can be taken out without another one noticing.",
      severity: "error",
      from: { path: "^src/domain/batching/(eager|rounds|window)/" },
      to: { path: "^src/domain/batching/(eager|rounds|window)/", pathNot: "^src/domain/batching/$1/" },
    },
    {
      name: "batching-knows-the-pacer-by-its-interface",
      comment: "Only the pacer that combines rounds with eager sending names other pacers.",
      severity: "error",
      from: { path: "^src/domain/batching/[^/]+$", pathNot: "/budget-pacer[.]ts$" },
      to: { path: "^src/domain/batching/(eager|rounds|window)/" },
    },
    {
      name: "collections-stand-alone",
      comment: "They keep things, and know nothing of what they keep.",
      severity: "error",
      from: { path: "^src/collections/" },
      to: allBut("^src/collections/"),
    },
    {
      name: "application-knows-the-domain-alone",
      comment:
        "Besides the domain it has valibot, to validate what comes from outside, a distance of words, to say what was probably meant, and an exact comparison of decimals.",
      severity: "error",
      from: { path: "^src/application/" },
      to: allBut("^src/(application|domain)/", "^node_modules/(valibot|fastest-levenshtein|lossless-json)/"),
    },
    {
      name: "adapters-look-inward",
      comment:
        "An adapter knows the ports that it implements and what is shared by all; it never reaches the composition.",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: { path: "^src/", pathNot: "^src/(adapters|application|collections|domain)/" },
    },
    {
      name: "adapters-stand-apart",
      comment:
        "Each technology can be taken out without another one noticing. The forms of messages are none: transports share them.",
      severity: "error",
      from: { path: "^src/adapters/([^/]+)/" },
      to: { path: "^src/adapters/", pathNot: "^src/adapters/($1|json-lines|compact-wire)/" },
    },
    {
      name: "composition-knows-no-technology",
      comment: "It is given its ports; the one adapter that it names is the journal that is none.",
      severity: "error",
      from: { path: "^src/composition/" },
      to: allBut("^src/(composition|application|domain)/", "^src/adapters/no-journal/", "^node_modules/inversify/"),
    },
    {
      name: "container-in-the-composition-alone",
      comment: "Everything else is plain classes that a test builds by hand.",
      severity: "error",
      from: { pathNot: "^src/composition" },
      to: { path: "^node_modules/(inversify|@inversifyjs|reflect-metadata)/" },
    },
    {
      name: "reflect-metadata-in-the-root-alone",
      comment: "It changes a global, so it is loaded in one place.",
      severity: "error",
      from: { pathNot: "^src/composition-root[.]ts$" },
      to: { path: "^node_modules/reflect-metadata/" },
    },
    {
      name: "only-these-compose-nodes",
      comment: "Who measures nodes from outside must be able to measure anybody's.",
      severity: "error",
      from: { pathNot: "^src/(composition|entry/|library/|workbench/(virtual-cluster|simulation|exploration)/)" },
      to: { path: "^src/composition" },
    },
    {
      name: "testing-knows-ports-alone",
      comment: "The compliance suite judges anybody's transport, with any test runner.",
      severity: "error",
      from: { path: "^src/testing/" },
      to: allBut("^src/testing/", "^src/domain/ports/", "^src/application/options/", "^node_modules/valibot/"),
    },
    {
      name: "model-knows-ports-alone",
      comment:
        "Workload, network, checker and verdict are pure: the same on processes and in virtual time. How deep a value is nested is no matter of our protocol.",
      severity: "error",
      from: { path: "^src/workbench/model/" },
      to: allBut(
        "^src/workbench/model/",
        "^src/collections/",
        "^src/domain/(ports/|values/nesting[.]ts$)",
        "^node_modules/lossless-json/",
      ),
    },
    {
      name: "process-cluster-knows-the-model-alone",
      comment: "It can judge any binary, and must not know ours.",
      severity: "error",
      from: { path: "^src/workbench/process-cluster/" },
      to: {
        pathNot: ["^src/workbench/(process-cluster|model)/", "^src/collections/", "^src/domain/ports/"],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "server-cluster-knows-the-model-alone",
      comment: "It speaks HTTP as any client does, and must not know our server from inside.",
      severity: "error",
      from: { path: "^src/workbench/server-cluster/" },
      to: { pathNot: ["^src/workbench/(server-cluster|model)/"], dependencyTypesNot: ["core"] },
    },
    {
      name: "arithmetic-computes",
      comment: "What is expected follows from settings and the domain's formulas, not from a run.",
      severity: "error",
      from: { path: "^src/workbench/arithmetic/" },
      to: allBut("^src/workbench/(arithmetic|model)/", "^src/application/settings/", "^src/domain/"),
    },
    {
      name: "report-looks-at-the-model",
      comment: "What is recorded comes from the bench's model, whoever's nodes it ran.",
      severity: "error",
      from: { path: "^src/workbench/report/" },
      to: { pathNot: ["^src/workbench/(report|model)/"], dependencyTypesNot: ["core"] },
    },
    {
      name: "report-data-is-pure",
      comment: "The page in the browser reads what the command wrote, by the same types.",
      severity: "error",
      from: { path: "^src/workbench/report/data/" },
      to: allBut("^src/workbench/report/data/"),
    },
    {
      name: "the-page-knows-its-data-alone",
      comment: "It runs in a browser: it has the data of the report, the charting library, and nothing of Node.",
      severity: "error",
      from: { path: "^src/report-page/" },
      to: allBut(
        "^src/(report-page|workbench/report/data)/",
        "^src/workbench/model/quantiles",
        "^node_modules/(@observablehq/plot|d3)/",
      ),
    },
    {
      name: "nothing-imports-the-page",
      severity: "error",
      from: { pathNot: "^src/report-page/" },
      to: { path: "^src/report-page/" },
    },
    {
      name: "commands-are-outermost",
      comment: "Arguments, progress and output stand on everything else; nothing but an entry stands on them.",
      severity: "error",
      from: { pathNot: "^src/(workbench/commands|entry)/" },
      to: { path: "^src/workbench/commands/" },
    },
    {
      name: "workbench-stays-outside",
      comment: "A node ships without the bench that measures it.",
      severity: "error",
      from: { pathNot: "^src/(workbench|entry|report-page)/" },
      to: { path: "^src/workbench/" },
    },
    {
      name: "the-node-ships-without-the-bench",
      severity: "error",
      from: { path: "^src/entry/node[.]ts$" },
      to: { path: "^src/workbench/", reachable: true },
    },
    {
      name: "nothing-imports-an-entry",
      severity: "error",
      from: {},
      to: { path: "^src/entry/" },
    },
    {
      name: "a-broker-in-its-adapter-alone",
      comment: "Nobody loads a broker's library who has not asked for it.",
      severity: "error",
      from: { pathNot: "^src/adapters/nats/" },
      to: { path: "^node_modules/@nats-io/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-library-stays-outside",
      comment:
        "What others embed chooses adapters, as an entry does; of ours only the server stands on it, and the clusters on simulated sockets, as an application would.",
      severity: "error",
      from: { pathNot: "^src/(library|serve|workbench/simulation/sockets)/" },
      to: { path: "^src/library/" },
    },
    {
      name: "the-server-embeds-the-library",
      comment:
        "It is an application of the library, with the words of options and addresses that the library has, its clock and its rule for certificates that expire.",
      severity: "error",
      from: { path: "^src/serve/" },
      to: {
        path: "^src/",
        pathNot:
          "^src/(serve|library|application/(options|wire)|domain/(log|ports|values)|adapters/(system-clock/|tcp/(address|authorities|expiry-watch|members|place)[.]ts$))",
      },
    },
    {
      name: "the-framework-in-the-server-alone",
      comment: "Nobody loads a framework for HTTP who does not serve.",
      severity: "error",
      from: { pathNot: "^src/serve/" },
      to: { path: "^node_modules/(@fastify|fastify|ws|yaml)/" },
    },
    {
      name: "the-server-in-its-own-bundle",
      comment: "The command reads the names of the settings, and loads the rest when it serves.",
      severity: "error",
      from: { pathNot: "^src/(serve/|entry/serve[.]ts$)" },
      to: { path: "^src/serve/", pathNot: "^src/serve/settings/fields[.]ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-tests-in-the-product",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^test/" },
    },
    {
      name: "no-other-packages",
      comment:
        "What src imports is built into dist, so that the package needs no other one: these, or what is named as a peer.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/report-page/" },
      to: {
        dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["type-only", "npm-peer"],
        pathNot:
          "/(@fastify/|fastify/|yaml/|prom-client/)|/(cli-table3|commander|devalue|fastest-levenshtein|inversify|lossless-json|ora|pbf|picocolors|reflect-metadata|valibot)/",
      },
    },
    {
      name: "everything-is-found",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types"],
    },
    cache: false,
  },
};
