const LONGEST_EXCERPT = 80;

/** The start of a foreign text, quoted, with everything unprintable made visible: short enough for one line of the log. */
export function excerpt(text: string): string {
  const start = JSON.stringify(text.slice(0, LONGEST_EXCERPT));
  return text.length > LONGEST_EXCERPT ? `${start}…` : start;
}
