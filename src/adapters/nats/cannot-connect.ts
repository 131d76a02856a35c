/** No NATS server answers, or none lets this node in. Its cause is what the client of NATS threw. */
export class CannotConnect extends Error {
  override readonly name = "CannotConnect";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_CANNOT_CONNECT";

  /** @internal */
  constructor(servers: string, cause: Error) {
    super(`cannot connect to NATS at ${servers}: ${cause.message}`, { cause });
  }
}
