import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";

/** The media type of errors (RFC 9457). */
export const PROBLEM_TYPE = "application/problem+json";

/** An error for a client, in the form of RFC 9457, "Problem Details for HTTP APIs". */
export class Problem extends Error {
  override readonly name = "Problem";

  /**
   * @param code stable name of the problem, such as `TIDECAST_NOT_CONFIRMED`
   * @param more further members of the problem, and `retryAfter` in seconds for a header
   */
  constructor(
    readonly status: number,
    readonly code: string,
    { detail, ...more }: { readonly detail: string; readonly retryAfter?: number; readonly [name: string]: unknown },
  ) {
    super(detail);
    this.more = more;
  }

  readonly more: { readonly retryAfter?: number; readonly [name: string]: unknown };

  /** The problem as JSON. */
  get body(): object {
    const { retryAfter: _, ...more } = this.more;
    return {
      type: `urn:tidecast:problem:${this.code
        .replace(/^TIDECAST_/, "")
        .toLowerCase()
        .replaceAll("_", "-")}`,
      title: TITLES[this.code] ?? "The request failed",
      status: this.status,
      detail: this.message,
      code: this.code,
      ...more,
    };
  }
}

/** What each problem means; see docs/serve.md. */
const TITLES: Readonly<Record<string, string>> = {
  TIDECAST_BAD_REQUEST: "The request is invalid",
  TIDECAST_BACKLOG_FULL: "The server has too many values that were not sent yet",
  TIDECAST_FORBIDDEN_ORIGIN: "The request comes from a foreign page",
  TIDECAST_IDEMPOTENCY_KEY_REUSED: "The idempotency key was used for another request",
  TIDECAST_INTERNAL_ERROR: "The server failed",
  TIDECAST_INVALID_CURSOR: "The cursor is invalid",
  TIDECAST_INVALID_OPTIONS: "A parameter is invalid",
  TIDECAST_INVALID_VALUE: "The value cannot be broadcast",
  TIDECAST_JOURNAL_UNAVAILABLE: "The journal is lost",
  TIDECAST_METHOD_NOT_ALLOWED: "The method is not allowed here",
  TIDECAST_NODE_CLOSED: "The server is shutting down",
  TIDECAST_NOT_CONFIRMED: "Too few members confirmed the value in time",
  TIDECAST_NOT_FOUND: "There is nothing at this address",
  TIDECAST_NOT_READY: "The server is not ready",
  TIDECAST_TOO_MANY_STREAMS: "The server has too many streams",
  TIDECAST_UNAUTHORIZED: "Authentication is missing or wrong",
  TIDECAST_UNHEALTHY: "The server must be restarted",
  TIDECAST_UNSUPPORTED_MEDIA_TYPE: "The body must be JSON",
  TIDECAST_VALUE_TOO_LARGE: "The value is too large",
};

/** HTTP status of the library's errors. */
const STATUS: Readonly<Record<string, number>> = {
  TIDECAST_BACKLOG_FULL: 503,
  TIDECAST_INVALID_OPTIONS: 400,
  TIDECAST_INVALID_VALUE: 400,
  TIDECAST_JOURNAL_UNAVAILABLE: 503,
  TIDECAST_NODE_CLOSED: 503,
  TIDECAST_NOT_CONFIRMED: 504,
  TIDECAST_VALUE_TOO_LARGE: 413,
};

/** The code for an error of the framework. */
function codeFor(status: number): string {
  if (status === 413) return "TIDECAST_VALUE_TOO_LARGE";
  if (status === 415) return "TIDECAST_UNSUPPORTED_MEDIA_TYPE";
  return "TIDECAST_BAD_REQUEST";
}

/**
 * Describes any error for a client. An unexpected one says nothing about the inside of the server.
 * @param limits of the server, for the errors of the framework that do not name them
 */
export function problemOf(error: unknown, limits?: { readonly bodyBytes: number }): Problem {
  if (error instanceof Problem) return error;
  const { code, message, statusCode, known, needed, missing } = error as {
    code?: string;
    message?: string;
    statusCode?: number;
    known?: number;
    needed?: number;
    missing?: readonly string[];
  };
  const status = code === undefined ? undefined : STATUS[code];
  if (code !== undefined && status !== undefined) {
    const counts = code === "TIDECAST_NOT_CONFIRMED" ? { known, needed, missing } : {};
    return new Problem(status, code, {
      detail: message ?? "",
      ...counts,
      ...(status === 503 && { retryAfter: 1 }),
    });
  }
  if (statusCode === 413 && limits !== undefined)
    return new Problem(413, codeFor(413), {
      detail: `the body has more than ${limits.bodyBytes} bytes (limits.bodyBytes)`,
    });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Problem(statusCode, codeFor(statusCode), { detail: message ?? "the request is invalid" });
  return new Problem(500, "TIDECAST_INTERNAL_ERROR", { detail: "the request failed; the server's log has the reason" });
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.more.retryAfter !== undefined) reply.header("retry-after", problem.more.retryAfter);
  if (Array.isArray(problem.more.allowed)) reply.header("allow", problem.more.allowed.join(", "));
  if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="tidecast"');
  // As bytes: the framework would serialize an object by the schema of the route.
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify(problem.body)));
}

/** Status and words for the errors of Node's parser, by their codes; any other one is a request that is not HTTP. */
const CONNECTION_ERRORS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not arrive in time"],
  HPE_HEADER_OVERFLOW: [431, "the headers and the address are too long; a cursor is one of them"],
};

/** Answers a request that could not be read, and closes its connection. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  // The client is gone, or an answer is under way already.
  if (error.code === "ECONNRESET" || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [status, detail] = CONNECTION_ERRORS[error.code ?? ""] ?? [400, "the request is not HTTP"];
  const body = JSON.stringify(new Problem(status, codeFor(status), { detail }).body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
