/** Lines kept from the beginning of a crash report, where most languages name the cause. */
const FIRST_LINES = 6;
/** Lines kept from the end. Python names the cause here. */
const LAST_LINES = 6;
/** A header within this many lines after another one belongs to the same report: "Uncaught:" and the error on the next line. */
const CLOSE = 3;
/** Characters kept of each line. */
const LONGEST_LINE = 400;

/** First lines of crash reports: Python, Go, Rust, Java, .NET, JavaScript, Ruby, Elixir, Perl, C++. */
const HEADERS: readonly RegExp[] = [
  /^Traceback \(most recent call last\)/,
  /^(panic|fatal error|fatal|runtime error): /,
  /^thread '.*' (\(\d+\) )?panicked at/,
  /^(Exception in thread|Unhandled |Uncaught |Execution error|Syntax error|terminate called|Segmentation fault)/,
  /^[\w.$:/]*(Error|Exception)\b( \[\w+\])?(:|$)/,
  /^\S+:\d+:in .*\(\w+\)$/,
  /^\*\* \(\w+/,
  /^\S.* at \S+ line \d+\.$/,
];
const PYTHON_HEADER = HEADERS[0] as RegExp;
/** Python writes this between an exception and the one that it led to. */
const PYTHON_CHAIN = /^(During handling of the above exception|The above exception was the direct cause)/;

/**
 * The relevant parts of a node's stderr, in little memory: the first lines of its last crash report, and the last lines
 * of all.
 */
export class LastWords {
  private head: string[] = [];
  /** Lines since the head began, including the head. */
  private sinceHead = 0;
  private readonly tail: string[] = [];

  /** Takes in the next line. */
  hear(line: string): void {
    const text = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
    this.tail.push(text);
    if (this.tail.length > LAST_LINES) this.tail.shift();
    if (isHeader(text)) {
      if (this.beginsReport(text)) {
        this.head = [];
        this.sinceHead = 0;
      }
    } else if (this.sinceHead === 0) return;
    this.sinceHead++;
    if (this.head.length < FIRST_LINES) this.head.push(text);
  }

  /** The most relevant lines, in order; omitted ones are replaced by a line with their number. */
  lines(): readonly string[] {
    const { head, tail, sinceHead } = this;
    if (head.length === 0) return [...tail];
    const rest = sinceHead - head.length;
    if (rest <= tail.length) return [...head, ...tail.slice(tail.length - rest)];
    const omitted = rest - tail.length;
    return [...head, `… ${omitted} ${omitted === 1 ? "line" : "lines"} omitted …`, ...tail];
  }

  /** The line that probably names the cause; `undefined` if there is no output. */
  cause(): string | undefined {
    const [first, second] = this.head;
    if (first === undefined) return this.tail.findLast((line) => line.trim() !== "");
    if (PYTHON_HEADER.test(first)) return this.lines().findLast((line) => /^\S/.test(line)) ?? first;
    // Rust prints the message on the line after the location.
    return first.endsWith(":") && second !== undefined ? `${first} ${second.trim()}` : first;
  }

  private beginsReport(header: string): boolean {
    const [first = ""] = this.head;
    if (this.sinceHead < CLOSE) return this.sinceHead === 0;
    if (!PYTHON_HEADER.test(first)) return true;
    // The exception's own line ends a traceback; another traceback may follow from it.
    return PYTHON_HEADER.test(header) && !this.tail.some((line) => PYTHON_CHAIN.test(line));
  }
}

function isHeader(line: string): boolean {
  return HEADERS.some((header) => header.test(line));
}
