import { readFileSync } from "node:fs";
import { UsageError } from "./exit-codes.js";

const END = "<!-- end -->";

/**
 * Returns the text of a Markdown file with new contents in the sections that a script writes.
 * @param option the option that named the file, for errors
 * @param contents of each section, by its begin mark; each section ends with an end mark
 * @throws {UsageError} if the file is unreadable or has no such section
 */
export function withSections(option: string, path: string, contents: Readonly<Record<string, string>>): string {
  let text = read(option, path);
  for (const [begin, content] of Object.entries(contents)) {
    const start = text.indexOf(begin);
    const end = text.indexOf(END, start);
    if (start === -1 || end === -1) throw new UsageError(`${option}: ${path} has no section ${begin} … ${END}`);
    text = `${text.slice(0, start + begin.length)}\n\n${content}\n\n${text.slice(end)}`;
  }
  return text;
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}
