import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** How a client identifies itself to servers, and which servers it trusts. */
export interface ServerAccess {
  /** Bearer token. */
  readonly token?: string | undefined;
  /** The client's certificate with its key, and the authority of the servers, in PEM format. */
  readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca?: string } | undefined;
}

/** The answer of a server. */
export interface ServerAnswer {
  readonly status: number;
  readonly text: string;
}

interface ServerRequest {
  readonly method?: "GET" | "POST";
  /** JSON. */
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Time in ms that the server has for its answer. */
  readonly timeout: number;
}

/** The codes of Node's errors for a certificate whose authority is unknown. */
const UNTRUSTED = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
]);

/** Sends requests to running servers (`tidecast serve`). Node's `fetch` has no client certificates. */
export class ServerClient {
  private readonly http = new HttpAgent({ keepAlive: true });
  private readonly https: HttpsAgent;

  constructor(private readonly access: ServerAccess) {
    this.https = new HttpsAgent({ keepAlive: true, ...access.tls });
  }

  /** @throws (rejects) if there is no answer; the message says why */
  async request(url: string, { method = "GET", body, signal, timeout }: ServerRequest): Promise<ServerAnswer> {
    const { token } = this.access;
    const expiry = AbortSignal.timeout(timeout);
    const options = {
      method,
      signal: signal === undefined ? expiry : AbortSignal.any([signal, expiry]),
      headers: {
        ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    };
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = url.startsWith("https:")
          ? httpsRequest(url, { ...options, agent: this.https }, resolve)
          : httpRequest(url, { ...options, agent: this.http }, resolve);
        // Node does this for plain connections only.
        request.setNoDelay(true);
        request.once("error", reject).end(body);
      });
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      return { status: answer.statusCode as number, text: Buffer.concat(chunks).toString("utf8") };
    } catch (error) {
      throw new Error(expiry.aborted ? `the server did not answer within ${timeout / 1000} s` : reasonOf(error));
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

/** The `detail` of a server's problem, or the whole text of another answer. */
export function detailOf({ text }: ServerAnswer): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch {
    // The answer is not a server's: a proxy may have written it.
  }
  return text.slice(0, 300);
}

function reasonOf(error: unknown): string {
  // A name may have several addresses, each with its own error.
  const [first = error] = error instanceof AggregateError ? error.errors : [];
  const { message, code } = first as NodeJS.ErrnoException;
  return code !== undefined && UNTRUSTED.has(code)
    ? `${message}; give the certificate of the servers' authority with --ca`
    : message;
}
