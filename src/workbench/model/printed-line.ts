import type { Printed } from "./message.js";

/**
 * Parses a line that a node printed; `undefined` if it does not begin with a JSON value. Maelstrom parses the first value
 * of a line and ignores the rest (cheshire's parse-string), so a message with text after it is heard.
 */
export function parsePrinted(line: string, bytes: number): Printed | undefined {
  const whole = parsed(line);
  if (whole !== undefined) return { message: whole.value, line, bytes };
  const end = endOfObject(line);
  const first = end === undefined ? undefined : parsed(line.slice(0, end));
  return first && { message: first.value, line: line.slice(0, end), bytes, rest: line.slice(end).trim() };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A string of JSON, or a brace. */
const TOKEN = /"(?:[^"\\]+|\\.)*"|[{}]/g;

/** The end of the object that a text begins with. */
function endOfObject(text: string): number | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{") depth++;
    else if (token === "}" && --depth === 0) return index + 1;
  }
  return undefined;
}
