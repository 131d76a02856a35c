import type { Command } from "commander";
import colors from "picocolors";
import { printable } from "../model/printable.js";
import { ServerClient } from "../server-cluster/server-client.js";
import { type AccessOptions, accessOf, addAccessOptions, TOKEN_VARIABLE } from "./access-options.js";
import { askServer } from "./ask-server.js";
import { EXIT_CODES } from "./exit-codes.js";
import { renderStatus, type ServerStatus } from "./status-table.js";
import { urlsOf } from "./via.js";

const HELP = `
Columns:
  member      id of the member
  role        root of the tree; this server
  state       alive, or suspected: unreachable or silent
  address     where other members reach it
  member for  time since it joined
  round trip  90th percentile of the time to the member and back
  backlog     values that the member lacks and that this server has not sent to it yet
  lag         values of this server that the member has not confirmed, and the age of the oldest; a few seconds are normal
A dash means that this server does not know: only neighbours in the tree confirm values to it.

Exit codes:
  0  every server answers and is ready, and no member is suspected
  1  a server does not answer or is not ready, or a member is suspected
  2  wrong usage`;

/** `tidecast status`: the members of a live cluster. */
export function addStatusCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command("status")
    .summary("show root, members, backlog and lag of a live cluster")
    .description(
      `Asks servers (\`tidecast serve\`) what they see of their cluster. Variable ${TOKEN_VARIABLE}: their bearer token.`,
    )
    .argument(
      "<urls...>",
      "addresses of servers, separated by spaces or commas",
      (text, before?: readonly string[]) => [...(before ?? []), ...urlsOf(text)],
    )
    .option("--json", "print the answers as JSON");
  addAccessOptions(command)
    .addHelpText("after", HELP)
    .action(async (urls: readonly string[], options: AccessOptions & { json?: true }) => {
      const client = new ServerClient(accessOf(options, urls));
      const answers = await Promise.all(urls.map((url) => statusOf(client, url))).finally(() => client.close());
      if (options.json) console.log(JSON.stringify(answers, null, 2));
      else console.log(answers.map((answer, index) => render(urls[index] as string, answer)).join("\n\n"));
      setExitCode(answers.every(isFine) ? EXIT_CODES.passed : EXIT_CODES.failed);
    });
}

/** A server that shows no status. */
interface Silent {
  readonly url: string;
  readonly problem: string;
}

async function statusOf(client: ServerClient, url: string): Promise<ServerStatus | Silent> {
  const asked = await askServer(client, url, "/status", "members");
  return "problem" in asked ? { url, ...asked } : (asked.content as unknown as ServerStatus);
}

function isFine(answer: ServerStatus | Silent): boolean {
  return !("problem" in answer) && answer.ready && answer.members.every(({ state }) => state === "alive");
}

function render(url: string, answer: ServerStatus | Silent): string {
  if ("problem" in answer) return `${colors.bold(url)}: ${colors.red(printable(answer.problem))}`;
  return renderStatus(url, answer, Date.now());
}
