import type { Judgement } from "../model/verdict.js";

/** The exit codes of every command of the workbench. */
export const EXIT_CODES = {
  passed: 0,
  failed: 1,
  wrongUsage: 2,
  notJudged: 3,
  interrupted: 130,
} as const;

/** The exit code of a judged run. */
export function exitCodeOf(verdict: Judgement): number {
  return verdict === "disturbed" ? EXIT_CODES.notJudged : EXIT_CODES[verdict];
}

/** The exit codes for the help of a command. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    passed
  1    failed: a value was lost or missing at the end, a node broke a rule, exited or did not answer, a challenge
       did not get 90 % of its load because of the nodes, or a limit was reached
  2    wrong usage, or an invalid history
  3    not judged: the machine disturbed the run or could not start every node, or there was nothing to judge
  130  interrupted`;

/** A mistake of the user, described in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
