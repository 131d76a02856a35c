/** A value has more bytes than a message of the transport can carry. */
export class ValueTooLarge extends RangeError {
  override readonly name = "ValueTooLarge";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_VALUE_TOO_LARGE";

  /** @internal */
  constructor(limit: number) {
    super(
      `the value takes more than ${limit} bytes of JSON, the limit of this transport; broadcast it in parts, or broadcast a reference to it`,
    );
  }
}
