/** No NATS server is reachable, or none accepts this node. `cause` is the error of the NATS client. */
export class CannotConnect extends Error {
  override readonly name = "CannotConnect";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_CANNOT_CONNECT";

  /** @internal */
  constructor(servers: string, cause: Error) {
    super(`cannot connect to NATS at ${servers}: ${cause.message}`, { cause });
  }
}
