/** The text with a space for its line breaks, so that each event takes one line of a log. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
