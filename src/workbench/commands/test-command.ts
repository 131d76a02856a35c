import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { addOutputOptions, bench, type OutputOptions } from "./bench-command.js";
import { addRunOptions, type BenchOptions, planOf } from "./bench-options.js";
import { EXIT_CODES, EXIT_CODES_HELP, UsageError } from "./exit-codes.js";
import { numberBetween } from "./option-values.js";

/** Maelstrom's workloads that the bench does not have. */
const OTHER_WORKLOADS = [
  "echo",
  "g-counter",
  "g-set",
  "kafka",
  "lin-kv",
  "pn-counter",
  "txn-list-append",
  "txn-rw-register",
  "unique-ids",
];

/** Options of Maelstrom that are accepted and ignored. */
const WITHOUT_EFFECT: readonly (readonly [flags: string, key: string])[] = [
  ["--availability <expected>", "availability"],
  ["--consistency-models <models>", "consistencyModels"],
  ["--key-count <n>", "keyCount"],
  ["--max-txn-length <n>", "maxTxnLength"],
  ["--max-writes-per-key <n>", "maxWritesPerKey"],
  ["--log-net-send", "logNetSend"],
  ["--log-net-recv", "logNetRecv"],
  ["--leave-db-running", "leaveDbRunning"],
  ["--logging-json", "loggingJson"],
  ["--no-ssh", "ssh"],
  ["--strict-host-key-checking", "strictHostKeyChecking"],
  ["--ssh-private-key <file>", "sshPrivateKey"],
  ["--username <user>", "username"],
  ["--password <pass>", "password"],
];

interface TestOptions extends BenchOptions, OutputOptions {
  readonly workload?: string;
  readonly node?: readonly string[];
  readonly nodesFile?: readonly string[];
  readonly testCount?: number;
}

const NOT_SUPPORTED = `
Not supported: checks that the bench does not have, such as those of --availability; the workloads ${OTHER_WORKLOADS.join(", ")}.`;

/** `tidecast test`: Maelstrom's command line. `lastArgs`: the arguments after `--`. */
export function addTestCommand(
  program: Command,
  lastArgs: readonly string[],
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("test")
    .summary("the bench with the options of `maelstrom test`")
    .description("Runs the bench with the options of `maelstrom test -w broadcast`. A complete command can be pasted.")
    .usage("-w broadcast --bin <file> [options] [node arguments]")
    .argument("[arguments...]", "arguments of the node")
    .option("-w, --workload <name>", "the workload: broadcast")
    .option("--bin <file>", "executable of the node")
    .option("-n, --node <id>", "id of a node; repeat it for each node", (id: string, ids: readonly string[] = []) => [
      ...ids,
      id,
    ])
    .option("--nodes <ids>", "ids of the nodes, separated by commas", (text) => text.split(/,\s*/))
    .option("--nodes-file <file>", "file with the ids of the nodes, one per line", nodesIn)
    .option("--test-count <n>", "number of runs (default: 1)", numberBetween(1, 10_000, { integer: true }));
  addRunOptions(command);
  addOutputOptions(command);
  for (const [flags] of WITHOUT_EFFECT) command.option(flags, "accepted and ignored");
  command
    .addHelpText("after", NOT_SUPPORTED)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (args: readonly string[], options: TestOptions) => {
      setExitCode(await test(options, [...args, ...lastArgs]));
    });
}

async function test(options: TestOptions, args: readonly string[]): Promise<number> {
  const { workload, bin, testCount = 1 } = options;
  // Jepsen combines them in this order.
  const named = [...(options.nodesFile ?? []), ...(options.nodes ?? []), ...(options.node ?? [])];
  if (workload !== "broadcast") {
    const given = workload === undefined ? "--workload is missing" : `--workload ${workload} is not supported`;
    throw new UsageError(`${given}; the only supported workload is broadcast`);
  }
  if (bin === undefined) throw new UsageError("--bin is missing; give the executable of the node");
  noteIgnored(options);
  const chosen = { ...options, ...(named.length > 0 && { nodes: checkedIds(named) }) };
  let worst: number = EXIT_CODES.passed;
  for (let run = 0; run < testCount; run++) {
    const code = await bench(planOf(chosen), chosen, args);
    if (code === EXIT_CODES.interrupted) return code;
    if (worst !== EXIT_CODES.failed && code !== EXIT_CODES.passed) worst = code;
  }
  return worst;
}

/** Reads the ids in a file. */
function nodesIn(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8")
      .trim()
      .split(/\s*\n\s*/);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Prints one line on stderr with every ignored option. */
function noteIgnored(options: object): void {
  const given = WITHOUT_EFFECT.filter(([, key]) => {
    const value = (options as Readonly<Record<string, unknown>>)[key];
    // Commander sets "--no-ssh" to true unless it is given.
    return key === "ssh" ? value === false : value !== undefined;
  });
  if (given.length > 0)
    console.error(
      `ignored, because the bench does not have them: ${given.map(([flags]) => flags.split(" ")[0]).join(", ")}`,
    );
}

/** @throws {UsageError} if an id is empty, duplicated, or looks like a client's */
function checkedIds(ids: readonly string[]): readonly string[] {
  for (const [index, id] of ids.entries()) {
    if (id === "" || /^c\d+$/.test(id) || ids.indexOf(id) !== index)
      throw new UsageError(
        `invalid node id "${id}": ids must be unique, not empty, and different from client ids such as c1`,
      );
  }
  return ids;
}
