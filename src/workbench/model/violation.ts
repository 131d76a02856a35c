/** The rules that a node can break; breaking one fails the run. */
export type Rule =
  | "not-json"
  | "not-a-message"
  | "wrong-sender"
  | "unknown-destination"
  | "late-reply"
  | "malformed-reply"
  | "value-twice"
  | "value-invented"
  | "node-ended"
  | "no-answer"
  | "refused-start";

/** A rule broken by a node. */
export interface Violation {
  readonly rule: Rule;
  readonly node: string;
  /** When it was seen, in ms since the workload began; while the cluster was starting: since the start. */
  readonly time: number;
  /** What is wrong, as a clause about the node: "printed a line that is not JSON". */
  readonly problem: string;
  /** Number of the line among those that the node printed, from 1; absent when no line is to blame. */
  readonly line?: number;
  /** Whether Maelstrom delivers the message all the same: its sender exists, though it is another node. */
  readonly delivered?: true;
  /** The line itself, shortened; absent when it is not at hand. */
  readonly text?: string;
}

const LONGEST_EXCERPT = 200;

/** The beginning of a line, short enough to print. */
export function excerpt(line: string): string {
  return line.length <= LONGEST_EXCERPT ? line : `${line.slice(0, LONGEST_EXCERPT)}… (${line.length} characters)`;
}

/** One sentence that names node, problem and line. */
export function describeViolation(violation: Violation): string {
  const place = violation.line === undefined ? violation.node : `${violation.node}, line ${violation.line}`;
  const text = violation.text === undefined ? "" : `: ${violation.text}`;
  return `${place}: ${violation.problem}${text}`;
}
