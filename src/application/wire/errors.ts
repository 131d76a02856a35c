/** The error codes of Maelstrom's protocol that a node answers with. */
export const errorCodes = {
  /** What was asked for did not come about in time; it may yet, or have come about unnoticed. */
  timeout: 0,
  /** The node does not know this type of request. */
  notSupported: 10,
  /** The node cannot serve the request yet: `init` has not come. */
  temporarilyUnavailable: 11,
  /** The request is not as the protocol says; it will not succeed if it is sent again. */
  malformedRequest: 12,
  /** The node failed in a way that it did not foresee; whether the request took effect is not known. */
  crash: 13,
} as const;

export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** A client's request that is answered with an error; the state of the node is untouched, unless the code leaves that open. */
export class RequestError extends Error {
  constructor(
    readonly code: ErrorCode,
    text: string,
  ) {
    super(text);
    this.name = "RequestError";
  }
}

/** The request is wrong in itself (error 12). `text` says what is wrong and what is expected. */
export function malformed(text: string): RequestError {
  return new RequestError(errorCodes.malformedRequest, text);
}
