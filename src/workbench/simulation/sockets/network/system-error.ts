const MESSAGES = {
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "cannot assign requested address",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENOTFOUND: "name unknown",
  EPIPE: "broken pipe",
  ERR_TLS: "the certificate of the other end is not accepted",
  ETIMEDOUT: "connection timed out",
} as const;

/** An error as the system reports it: with a code. */
export function systemError(code: keyof typeof MESSAGES, about?: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${MESSAGES[code]}${about === undefined ? "" : `, ${about}`}`), { code });
}
