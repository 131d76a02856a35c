/** A node cannot listen on its address: the address is in use, is not this machine's, or is not permitted. `cause` is Node's error. */
export class CannotListen extends Error {
  override readonly name = "CannotListen";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_CANNOT_LISTEN";

  /** @internal */
  constructor(address: string, cause: Error) {
    super(`cannot listen on ${address}: ${cause.message}`, { cause });
  }
}
