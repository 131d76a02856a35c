/**
 * The tests that judge mutants, by the folder of the mutants. They run in one process within seconds: what starts processes tries the
 * built files, which have no mutants, and whole clusters take minutes for each mutant that survives.
 */

/** Tests of single nodes: the test plays all others. */
const LONE_NODES = [
  "tree-repair",
  "restarts",
  "round-pacer",
  "stale-messages",
  "standing-by",
  "downcast-timeout",
  "unreached",
].map((name) => `test/protocol/${name}.test.ts`);

const PINS = "test/mutation/pins.ts";

/** Tests in virtual time, before those on the system's sockets: there a mutant that sends nothing makes a test wait for half a minute. */
const VIRTUAL_TCP = [
  ...["control-lines", "strangers", "simulated-links", "simulated-members", "simulated-faults"].map(
    (name) => `test/adapters/tcp/${name}.test.ts`,
  ),
  "test/workbench/simulation/sockets/compliance.test.ts",
];

const judges: Record<string, readonly string[]> = {
  "src/domain": [...LONE_NODES, PINS, "test/domain", "test/application/membership"],
  "src/adapters/journal-file": ["test/adapters/journal-file", "test/workbench/simulation/disk"],
  "src/adapters/tcp": [...VIRTUAL_TCP, "test/adapters/tcp", "test/library/tcp.test.ts", "test/library/renewal.test.ts"],
};

/** Tests that are too slow to judge everything, for the parts that they are about. */
const more: Record<string, readonly string[]> = {
  "src/domain/failure": ["test/protocol/two-lives.test.ts"],
  "src/domain/session": ["test/protocol/two-lives.test.ts"],
  "src/domain/gossip-pipeline.ts": ["test/protocol/two-lives.test.ts"],
};

/** Where the constants are. */
export const CONSTANTS = "src/domain/config.ts";

/**
 * Tests for the constants. Each runs once for every change of a constant that it reads, until one notices, so those of small parts
 * come first. Pinned conversations and relations between constants do not judge: they notice a change, whatever a constant promises.
 */
const judgesOfConstants = ["test/domain", ...LONE_NODES, "test/application"];

/** Where relations between constants are. */
export const RELATIONS = "test/domain/config.test.ts";

/** Tests that start processes or threads, or take long. */
export const notJudging = [
  "test/**/*.{slow,isolated}.test.ts",
  "test/adapters/journal-file/{kill,threads}.test.ts",
  "test/adapters/tcp/{compliance,connections,node-cluster,same-id}.test.ts",
];

/** Where mutants are made: `npm run mutate` without a folder goes through all of them. */
export const mutatedFolders = Object.keys(judges);

/** Tests for the mutants of a file or folder, by file or folder, in the order in which they run: first those of the same name. */
export function judgesOf(mutated: string): string[] {
  if (mutated === CONSTANTS) return judgesOfConstants;
  const folder = mutatedFolders.find((folder) => mutated.startsWith(folder)) ?? "src/domain";
  return [
    ...new Set([
      ...(mutated === folder ? [] : [mutated.replace(/^src/, "test").replace(/[.]ts$/, ".test.ts")]),
      ...(judges[folder] ?? []),
      ...(more[mutated] ?? []),
    ]),
  ];
}
