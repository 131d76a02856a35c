import Table from "cli-table3";
import type { Command } from "commander";
import colors from "picocolors";
import { printable } from "../model/printable.js";
import { EXIT_CODES, UsageError } from "./exit-codes.js";
import { TOKEN_VARIABLE, urlsOf } from "./via.js";

/** The answer of a server's route `/status`. */
interface ServerStatus {
  readonly id: string;
  readonly version: string;
  readonly root: string;
  readonly ready: boolean;
  readonly values: number;
  /** In ms. */
  readonly uptime: number;
  readonly streams: number;
  readonly members: readonly {
    readonly id: string;
    readonly state: string;
    readonly self: boolean;
    readonly address?: string;
    readonly joined?: number;
    readonly roundTrip?: number;
    readonly backlog?: number;
  }[];
}

/** Time in ms that a server has for its answer. */
const TIMEOUT = 5_000;

const EXIT_CODES_OF_STATUS = `
lag: the round trip to a member, its 90th percentile. backlog: the values that a neighbour lacks and that this server has not sent it yet.

Exit codes:
  0  every server answers and is ready, and no member is suspected
  1  a server does not answer or is not ready, or a member is suspected
  2  wrong usage`;

/** `tidecast status`: the members of a live cluster. */
export function addStatusCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("status")
    .summary("show root, members, lag and backlog of a live cluster")
    .description(
      `Asks servers (\`tidecast serve\`) what they see of their cluster. Variable ${TOKEN_VARIABLE}: their bearer token.`,
    )
    .argument("<urls>", "addresses of servers, separated by commas", urlsOf)
    .option("--json", "print the answers as JSON")
    .addHelpText("after", EXIT_CODES_OF_STATUS)
    .action(async (urls: readonly string[], options: { json?: true }) => {
      const answers = await Promise.all(urls.map((url) => statusOf(url)));
      if (options.json) console.log(JSON.stringify(answers, null, 2));
      else console.log(answers.map((answer, index) => render(urls[index] as string, answer)).join("\n\n"));
      setExitCode(answers.every(isFine) ? EXIT_CODES.passed : EXIT_CODES.failed);
    });
}

async function statusOf(url: string): Promise<ServerStatus | { readonly problem: string }> {
  const token = process.env[TOKEN_VARIABLE];
  try {
    const answer = await fetch(`${url}/status`, {
      signal: AbortSignal.timeout(TIMEOUT),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    if (answer.status === 401)
      throw new UsageError(`${url} needs a token: set the variable ${TOKEN_VARIABLE} to a valid one`);
    if (!answer.ok) return { problem: `it answers with ${answer.status}` };
    return (await answer.json()) as ServerStatus;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { message, cause } = error as Error;
    return { problem: cause instanceof Error ? cause.message : message };
  }
}

function isFine(answer: ServerStatus | { readonly problem: string }): boolean {
  return !("problem" in answer) && answer.ready && answer.members.every(({ state }) => state === "alive");
}

function render(url: string, answer: ServerStatus | { readonly problem: string }): string {
  if ("problem" in answer) return `${colors.bold(url)}: ${colors.red(`no answer: ${printable(answer.problem)}`)}`;
  const { id, version, ready, values, uptime, streams, members, root } = answer;
  const state = ready ? colors.green("ready") : colors.red("not ready");
  const head = `${colors.bold(url)}: ${printable(id)}, ${state}, version ${printable(version)}, up for ${duration(uptime)}, ${values} values, ${streams} streams`;
  const table = new Table({
    head: ["member", "role", "state", "address", "member for", "lag", "backlog"],
    colAligns: ["left", "left", "left", "left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const member of members) {
    const roles = [...(member.id === root ? ["root"] : []), ...(member.self ? ["this server"] : [])];
    table.push([
      printable(member.id),
      roles.join(", "),
      member.state === "alive" ? member.state : colors.red(printable(member.state)),
      printable(member.address ?? "–"),
      member.joined === undefined ? "–" : duration(Date.now() - member.joined),
      member.roundTrip === undefined ? "–" : `${member.roundTrip.toFixed(0)} ms`,
      member.backlog === undefined ? "–" : `${member.backlog}`,
    ]);
  }
  return `${head}\n${table.toString()}`;
}

/** A duration in the largest units that suit it. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
