/** A codec cannot encode a value, or cannot decode JSON. The message names the part, such as `value.items[3].price`. */
export class InvalidValue extends TypeError {
  override readonly name = "InvalidValue";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_INVALID_VALUE";
}
