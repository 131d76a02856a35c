/** A codec cannot carry a value, or cannot read what it was given. The message names the part, such as `value.items[3].price`. */
export class InvalidValue extends TypeError {
  override readonly name = "InvalidValue";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_INVALID_VALUE";
}
