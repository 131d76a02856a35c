import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { addOutputOptions, bench, type OutputOptions } from "./bench-command.js";
import { addRunOptions, type BenchOptions, planOf } from "./bench-options.js";
import { EXIT_CODES, EXIT_CODES_HELP, UsageError } from "./exit-codes.js";
import { numberBetween } from "./option-values.js";

/** Maelstrom's workloads that do not exist here. */
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

/** Maelstrom's options that are accepted and change nothing here. */
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
Not supported: --availability and other checks than those of the bench; the workloads ${OTHER_WORKLOADS.join(", ")}.`;

/** `tidecast test`: Maelstrom's command line. `lastArgs`: what followed `--`. */
export function addTestCommand(
  program: Command,
  lastArgs: readonly string[],
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("test")
    .summary("bench with Maelstrom's options: paste a `maelstrom test` command")
    .description("Runs the bench as `maelstrom test -w broadcast` would: the same options mean the same.")
    .usage("-w broadcast --bin <file> [options] [node arguments]")
    .argument("[arguments...]", "arguments of the node")
    .option("-w, --workload <name>", "the workload: broadcast")
    .option("--bin <file>", "executable that runs a node")
    .option("-n, --node <id>", "id of a node; once for each node", (id: string, ids: readonly string[] = []) => [
      ...ids,
      id,
    ])
    .option("--nodes <ids>", "ids of the nodes, with commas between them", (text) => text.split(/,\s*/))
    .option("--nodes-file <file>", "file with the ids of the nodes, one on each line", nodesIn)
    .option("--test-count <n>", "how often the test is run (default: 1)", numberBetween(1, 10_000, { integer: true }));
  addRunOptions(command);
  addOutputOptions(command);
  for (const [flags] of WITHOUT_EFFECT) command.option(flags, "accepted, without effect");
  command
    .addHelpText("after", NOT_SUPPORTED)
    .addHelpText("after", EXIT_CODES_HELP)
    .action(async (args: readonly string[], options: TestOptions) => {
      setExitCode(await test(options, [...args, ...lastArgs]));
    });
}

async function test(options: TestOptions, args: readonly string[]): Promise<number> {
  const { workload, bin, testCount = 1 } = options;
  // Jepsen puts them together in this order.
  const named = [...(options.nodesFile ?? []), ...(options.nodes ?? []), ...(options.node ?? [])];
  if (workload !== "broadcast") {
    const given = workload === undefined ? "--workload is missing" : `--workload ${workload} does not exist here`;
    throw new UsageError(
      `${given}: it must be broadcast (Maelstrom's ${OTHER_WORKLOADS.join(", ")} are not supported)`,
    );
  }
  if (bin === undefined) throw new UsageError("--bin is missing: it names the executable that runs a node");
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

/** The ids in a file, whose last line may have an end. */
function nodesIn(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8")
      .trim()
      .split(/\s*\n\s*/);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** One line on stderr that names every option that changes nothing. */
function noteIgnored(options: object): void {
  const given = WITHOUT_EFFECT.filter(([, key]) => {
    const value = (options as Readonly<Record<string, unknown>>)[key];
    // "--no-ssh" is an option that is true unless given.
    return key === "ssh" ? value === false : value !== undefined;
  });
  if (given.length > 0)
    console.error(`not supported, ignored: ${given.map(([flags]) => flags.split(" ")[0]).join(", ")}`);
}

/** @throws {UsageError} if an id is empty, given twice, or one of a client */
function checkedIds(ids: readonly string[]): readonly string[] {
  for (const [index, id] of ids.entries()) {
    if (id === "" || /^c\d+$/.test(id) || ids.indexOf(id) !== index)
      throw new UsageError(
        `"${id}" cannot be the id of a node: ids must differ, not be empty, and not look like a client's (c1)`,
      );
  }
  return ids;
}
