/** Shorter lists are written anew each time. */
const LONG_LIST = 16;

/**
 * Writes the bodies of messages as JSON. Messages with the same values share one list of them, although they leave for
 * different members. The text of a long list is made once, and kept for as long as the list,
 * which must not change any more.
 */
export class BodyWriter {
  private readonly texts = new WeakMap<readonly unknown[], string>();

  /**
   * The JSON of a body. A long list of values comes last in it.
   * @throws {RangeError} if the text does not fit into a string
   */
  textOf(body: object): string {
    const { values } = body as { readonly values?: unknown };
    if (!Array.isArray(values) || values.length < LONG_LIST) return JSON.stringify(body);
    const rest = JSON.stringify({ ...body, values: undefined }).slice(0, -1);
    return `${rest}${rest === "{" ? "" : ","}"values":${this.listText(values)}}`;
  }

  private listText(list: readonly unknown[]): string {
    const known = this.texts.get(list);
    if (known !== undefined) return known;
    const text = JSON.stringify(list);
    this.texts.set(list, text);
    return text;
  }
}
