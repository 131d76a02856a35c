import { type Command, InvalidArgumentError } from "commander";
import colors from "picocolors";
import { printable, printableJson } from "../model/printable.js";
import { numberedNodes } from "../model/settings.js";
import { describeViolation } from "../model/violation.js";
import { type ServerAccess, ServerClient } from "../server-cluster/server-client.js";
import { ServerCluster } from "../server-cluster/server-cluster.js";
import { type AccessOptions, accessOf, addAccessOptions, givenOption, TOKEN_VARIABLE } from "./access-options.js";
import { askServer } from "./ask-server.js";
import { type BenchOptions, planOf, refuseToDoNothing } from "./bench-options.js";
import { EXIT_CODES, exitCodeOf, UsageError } from "./exit-codes.js";
import { closeFile, openFile } from "./output-file.js";
import { ProgressLine } from "./progress-line.js";
import { NOT_MEASURED, renderResult } from "./result-table.js";
import { runOn } from "./run-on-processes.js";

/** The options of a run on servers. */
export interface ViaOptions extends AccessOptions {
  readonly via?: readonly string[];
  readonly json?: string;
}

/** The options that a run on servers has; all others are about processes, messages or faults. */
const ALLOWED = new Set(["via", "rate", "timeLimit", "quiescence", "concurrency", "seed", "json", "cert", "key", "ca"]);

/** Adds the options for running servers. */
export function addViaOptions(command: Command): Command {
  return addAccessOptions(
    command.option(
      "--via <urls>",
      "judge running servers (`tidecast serve`) instead of new processes: their addresses, separated by commas; " +
        `messages are not measured (variable ${TOKEN_VARIABLE}: their bearer token)`,
      urlsOf,
    ),
  );
}

/** Parses addresses of servers, separated by commas. */
export function urlsOf(text: string): readonly string[] {
  return text.split(",").map((part) => {
    const url = URL.canParse(part.trim()) ? new URL(part.trim()) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      throw new InvalidArgumentError(`It must be addresses such as http://127.0.0.1:8080, separated by commas.`);
    return url.href.replace(/\/+$/, "");
  });
}

/** @throws {UsageError} if a certificate was given, which only servers need */
export function refuseAccessOptions(options: ViaOptions): void {
  const given = givenOption(options);
  if (given !== undefined) throw new UsageError(`--${given} is for running servers: give their addresses with --via`);
}

/** Servers that cannot take part, each with the reason. @throws {UsageError} (rejects) if one needs a token or a client certificate */
async function problemsOf(urls: readonly string[], access: ServerAccess): Promise<string[]> {
  const client = new ServerClient(access);
  const asked = await Promise.all(
    urls.map(async (url) => ({ url, ...(await askServer(client, url, "/values?limit=1", "values")) })),
  ).finally(() => client.close());
  return asked.flatMap((answer) => ("problem" in answer ? `${answer.url}: ${printable(answer.problem)}` : []));
}

/** Runs the workload on servers, and judges it by their values and latencies; resolves to the exit code. */
export async function benchVia(options: BenchOptions & ViaOptions, args: readonly string[]): Promise<number> {
  const urls = options.via as readonly string[];
  const foreign = Object.keys(options).find((name) => !ALLOWED.has(name));
  if (foreign !== undefined)
    throw new UsageError(
      `--${foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} has no effect on running servers; leave it out, or leave out --via`,
    );
  if (args.length > 0) throw new UsageError(`--via takes no node arguments: leave out -- ${args.join(" ")}`);
  if (new Set(urls).size < urls.length) throw new UsageError("--via: give each server once");
  const nodeIds = numberedNodes(urls.length);
  const plan = { ...planOf({ ...options, nodeCount: urls.length }), hasHiddenMessages: true };
  refuseToDoNothing(plan.settings);
  const access = accessOf(options, urls);
  const problems = await problemsOf(urls, access);
  if (problems.length > 0) {
    for (const problem of problems) console.error(`error: ${problem}`);
    console.error("nothing was judged: the bench needs every server");
    return EXIT_CODES.notJudged;
  }
  const json = options.json === undefined ? undefined : await openFile("--json", options.json);
  const host = new ServerCluster({
    urls: new Map(nodeIds.map((id, index) => [id, urls[index] as string])),
    access,
  });
  const progress = new ProgressLine(plan.settings);
  const { result, interrupted } = await runOn(host, plan, {
    begun: (ask) => progress.start(ask),
    violation: (violation) => progress.print(colors.red(describeViolation(violation))),
  }).finally(() => progress.stop());
  const written = { ...result, servers: urls, messages: NOT_MEASURED, messagesPerOperation: NOT_MEASURED };
  json?.write(`${printableJson(written as never, 2)}\n`);
  await closeFile(json);
  if (interrupted) {
    console.error("interrupted");
    return EXIT_CODES.interrupted;
  }
  console.log(nodeIds.map((id, index) => `${id} is ${urls[index]}`).join("\n"));
  console.log(renderResult(result, undefined, true));
  return exitCodeOf(result.verdict);
}
