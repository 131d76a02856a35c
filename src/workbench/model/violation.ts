import { printable } from "./printable.js";

/** The rules that a node can break; each violation fails the run. */
export type Rule =
  | "not-json"
  | "not-a-message"
  | "wrong-sender"
  | "unknown-destination"
  | "late-reply"
  | "malformed-reply"
  | "value-twice"
  | "value-invented"
  | "side-channel"
  | "overflow"
  | "node-ended"
  | "no-answer"
  | "refused-start";

/** A rule broken by a node. */
export interface Violation {
  readonly rule: Rule;
  readonly node: string;
  /** When it was noticed, in ms since the workload began; while the cluster was starting: since the start. */
  readonly time: number;
  /** The problem, as a clause about the node: "printed a line that is not JSON". */
  readonly problem: string;
  /** Line number among the node's lines, from 1; absent if no line is to blame. */
  readonly line?: number;
  /** Whether Maelstrom delivers the message nevertheless: its sender is another node, or text follows it on its line. */
  readonly delivered?: true;
  /** The line itself, shortened; for a node that exited, the line on stderr that names the cause; absent if there is none. */
  readonly text?: string;
  /** The lines on stderr that explain it, if one line does not. */
  readonly lastWords?: readonly string[];
}

/** One line that names node, problem and line. */
export function describeViolation(violation: Violation): string {
  const place = violation.line === undefined ? violation.node : `${violation.node}, line ${violation.line}`;
  const text = violation.text === undefined || violation.text.trim() === "" ? "" : `: ${violation.text}`;
  // A history may come from elsewhere, so this text may not be printable yet.
  return printable(`${place}: ${violation.problem}${text}`);
}

/** The problem with a reply, with the name of the node that was asked if another one answered. */
export function forClientOf(asked: string, answerer: string, problem: string): string {
  return asked === answerer ? problem : `${problem}, in answer to a client of ${asked}`;
}
