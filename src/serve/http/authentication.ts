import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { Log } from "../../domain/ports/log.js";
import { tokensRenewed, tokensUnusable } from "../log-events.js";
import type { ServeSettings } from "../settings/schema.js";
import { Problem } from "./problems.js";

/** Pause between two looks at the file of tokens, in ms. */
const TOKEN_CHECK = 2_000;

const TOKEN = /^[\x21-\x7e]{16,}$/;

/** Decides which requests are allowed: by a bearer token, by a client's certificate, or all if neither is set. */
export class Authentication {
  /** Digests of the valid tokens: all of one length, so that a comparison tells nothing about them. */
  private tokens: readonly Buffer[] | undefined;
  private readonly needsCertificate: boolean;
  private readonly tokenFile: string | undefined;

  /**
   * @param log gets an event when the file of tokens was read again, or cannot be read
   * @throws {InvalidOptions} if the file of tokens cannot be read, or has no valid token
   */
  constructor(
    { http }: Pick<ServeSettings, "http">,
    private readonly log: Log,
  ) {
    this.needsCertificate = http.tls?.ca !== undefined;
    this.tokenFile = http.tokenFile;
    const fixed = http.token === undefined ? [] : [http.token];
    if (http.tokenFile !== undefined) this.follow(http.tokenFile, fixed);
    else if (fixed.length > 0) this.tokens = fixed.map(digestOf);
  }

  /** Whether every client is allowed. */
  get isOpen(): boolean {
    return this.tokens === undefined && !this.needsCertificate;
  }

  /** @throws {Problem} if the request is not allowed */
  require({ headers, raw }: FastifyRequest): void {
    if (this.needsCertificate && (raw.socket as TLSSocket).authorized) return;
    if (this.tokens !== undefined) {
      const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
      if (token !== undefined && this.isValid(token)) return;
      throw new Problem(401, "TIDECAST_UNAUTHORIZED", {
        detail:
          token === undefined
            ? 'this server needs a token: send the header "Authorization: Bearer TOKEN"'
            : "the token is not valid",
      });
    }
    if (this.needsCertificate)
      throw new Problem(401, "TIDECAST_UNAUTHORIZED", {
        detail: "this server needs a client certificate of its authority (mTLS)",
      });
  }

  close(): void {
    if (this.tokenFile !== undefined) unwatchFile(this.tokenFile);
  }

  private isValid(token: string): boolean {
    const digest = digestOf(token);
    let isValid = false;
    // All are compared, so that the time tells nothing.
    for (const each of this.tokens ?? []) if (timingSafeEqual(each, digest)) isValid = true;
    return isValid;
  }

  private follow(path: string, fixed: readonly string[]): void {
    const load = () => {
      this.tokens = [...fixed, ...tokensIn(path)].map(digestOf);
    };
    load();
    // Polling also notices the links that Kubernetes exchanges when a secret changes.
    watchFile(path, { interval: TOKEN_CHECK, persistent: false }, () => {
      try {
        load();
        this.log.event(tokensRenewed({ count: this.tokens?.length ?? 0, path }));
      } catch (error) {
        this.log.event(tokensUnusable({ path, reason: (error as Error).message }));
      }
    });
  }
}

/** @throws {InvalidOptions} */
function tokensIn(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InvalidOptions(`http.tokenFile cannot be read: ${(error as Error).message}`);
  }
  const tokens = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const wrong = tokens.findIndex((token) => !TOKEN.test(token));
  if (tokens.length === 0 || wrong !== -1)
    throw new InvalidOptions(
      `http.tokenFile ${path} must have one token per line, each of at least 16 printable characters without spaces, ` +
        (tokens.length === 0 ? "but it has none" : `but token ${wrong + 1} is different`),
    );
  return tokens;
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
