const LONGEST_EXCERPT = 80;

/** The beginning of a foreign text, quoted, with unprintable characters escaped: short enough for one log line. */
export function excerpt(text: string): string {
  const start = JSON.stringify(text.slice(0, LONGEST_EXCERPT));
  return text.length > LONGEST_EXCERPT ? `${start}…` : start;
}
