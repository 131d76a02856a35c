import { printable } from "../model/printable.js";
import { detailOf, type ServerAnswer, type ServerClient } from "../server-cluster/server-client.js";
import { TOKEN_VARIABLE } from "./access-options.js";
import { UsageError } from "./exit-codes.js";

/** Time in ms that a server has for its answer. */
const TIMEOUT = 5_000;

/** The answer of a server: a JSON object, or the problem with it. */
export type Asked = { readonly content: Readonly<Record<string, unknown>> } | { readonly problem: string };

/**
 * Asks a server (`tidecast serve`).
 * @param list name of the list that its answer has
 * @throws {UsageError} (rejects) if the server needs a token or a client certificate
 */
export async function askServer(
  client: Pick<ServerClient, "request">,
  url: string,
  path: string,
  list: string,
): Promise<Asked> {
  let answer: ServerAnswer;
  try {
    answer = await client.request(url + path, { timeout: TIMEOUT });
  } catch (error) {
    return { problem: `no answer: ${(error as Error).message}` };
  }
  if (answer.status === 401)
    throw new UsageError(
      `${url} refuses the request: ${printable(detailOf(answer))}. ` +
        `Set the variable ${TOKEN_VARIABLE} to a valid token, or give a client certificate with --cert and --key`,
    );
  const content = objectIn(answer.text);
  if (content === undefined) return { problem: "it is no server of Tidecast: its answer is not JSON" };
  if (answer.status === 200 && Array.isArray(content[list])) return { content };
  if (String(content.code).startsWith("TIDECAST_")) return { problem: `it refuses the request: ${detailOf(answer)}` };
  return { problem: `it is no server of Tidecast: it answers ${url}${path} with ${answer.status}` };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
