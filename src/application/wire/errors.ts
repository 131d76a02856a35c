/** Maelstrom's error codes that a node uses. */
export const errorCodes = {
  /** The request was not fulfilled in time; it may take effect later, or may already have. */
  timeout: 0,
  /** The node does not support this type of request. */
  notSupported: 10,
  /** The node cannot serve the request yet: `init` has not come. */
  temporarilyUnavailable: 11,
  /** The request violates the protocol; sending it again cannot help. */
  malformedRequest: 12,
  /** The node failed unexpectedly; whether the request took effect is unknown. */
  crash: 13,
} as const;

export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A client's request that is answered with an error; the node's state is unchanged, unless the code leaves that open. */
export class RequestError extends Error {
  constructor(
    readonly code: ErrorCode,
    text: string,
  ) {
    super(text);
    this.name = "RequestError";
  }
}

/** The request itself is wrong (error 12). `text` says what is wrong and what is expected. */
export function malformed(text: string): RequestError {
  return new RequestError(errorCodes.malformedRequest, text);
}
