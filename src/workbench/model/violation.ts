import { printable } from "./printable.js";

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
  | "side-channel"
  | "overflow"
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
  /** Whether Maelstrom delivers the message all the same: its sender is another node, or something follows it on its line. */
  readonly delivered?: true;
  /** The line itself, shortened; of a node that exited the line on stderr that names the cause; absent when there is none. */
  readonly text?: string;
  /** The lines on stderr that tell why, when one line does not. */
  readonly lastWords?: readonly string[];
}

/** One line that names node, problem and line. */
export function describeViolation(violation: Violation): string {
  const place = violation.line === undefined ? violation.node : `${violation.node}, line ${violation.line}`;
  const text = violation.text === undefined || violation.text.trim() === "" ? "" : `: ${violation.text}`;
  // A history may come from elsewhere, so this text may not have been made printable yet.
  return printable(`${place}: ${violation.problem}${text}`);
}

/** The problem with a reply, which names the node that was asked where another one answered. */
export function forClientOf(asked: string, answerer: string, problem: string): string {
  return asked === answerer ? problem : `${problem}, in answer to a client of ${asked}`;
}
