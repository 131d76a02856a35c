// The outputs of commands that a document shows: `console` blocks that begin with "$ npx tidecast …". A line "…" stands for lines that are left out.

/** A block of a document: the arguments of its command, and the lines that are shown of its output. */
const BLOCK = /^```console\n\$ npx tidecast (.*)\n([\s\S]*?)^```$/gm;
const LEFT_OUT = "…";

/**
 * The runs that a Markdown text shows.
 * @param {string} text
 * @returns {{ args: string[], lines: string[] }[]} the arguments of each command, and the lines shown of its output
 */
export function pastedRuns(text) {
  return [...text.matchAll(BLOCK)].map(([, command, output]) => ({
    args: command.split(" "),
    lines: output.trimEnd().split("\n"),
  }));
}

/**
 * The lines of a real output that belong where those stand which a document shows: each has the same words, and they come in the same order.
 * Figures differ from machine to machine.
 * @param {readonly string[]} shown lines of the document
 * @param {string} output what the command printed
 * @returns {string[]}
 * @throws {Error} with the first line that the output does not have there
 */
export function matched(shown, output) {
  const real = output.trimEnd().split("\n");
  let next = 0;
  return shown.map((line) => {
    if (line === LEFT_OUT) return line;
    // "FAILED: the first clause; …": which others follow may depend on the machine.
    const clauses = line.endsWith(`; ${LEFT_OUT}`) ? line.split("; ").length - 1 : undefined;
    const shownPart = (text) =>
      clauses === undefined ? text : `${text.split("; ").slice(0, clauses).join("; ")}; ${LEFT_OUT}`;
    const place = real.findIndex((each, index) => index >= next && wordsOf(shownPart(each)) === wordsOf(line));
    if (place === -1) throw new Error(`the command does not print "${line}" there; it printed:\n${output}`);
    next = place + 1;
    return shownPart(real[place]);
  });
}

/**
 * The text with the outputs that its commands print now.
 * @param {string} text
 * @param {(args: string[]) => string} run gives the output of a command
 * @returns {string}
 */
export function refreshed(text, run) {
  return text.replaceAll(BLOCK, (_, command, output) => {
    const lines = matched(output.trimEnd().split("\n"), run(command.split(" ")));
    return `\`\`\`console\n$ npx tidecast ${command}\n${lines.join("\n")}\n\`\`\``;
  });
}

/** A line without its figures, its lists of nodes, and the widths of its columns. */
function wordsOf(line) {
  return line
    .replaceAll(/\bn\d+((, | and )n\d+)+/g, "nodes")
    .replaceAll(/\d+(\.\d+)?/g, "#")
    .replaceAll("value was", "values were")
    .replaceAll(/\s+/g, " ")
    .trim();
}
