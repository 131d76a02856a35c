/** A node cannot listen where it should: the address is in use, is not this machine's, or is not allowed. Its cause is Node's error. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_CANNOT_LISTEN";

  /** @internal */
  constructor(address: string, cause: Error) {
    super(`cannot listen on ${address}: ${cause.message}`, { cause });
  }
}
