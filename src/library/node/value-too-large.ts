/** A value takes more bytes than a message of the transport can carry. */
export class ValueTooLarge extends RangeError {
  override readonly name = "ValueTooLarge";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_VALUE_TOO_LARGE";

  /** @internal */
  constructor(limit: number) {
    super(
      `the value takes more than ${limit} bytes of JSON, the most that a message of this transport can carry: broadcast it in parts, or a reference to it`,
    );
  }
}
