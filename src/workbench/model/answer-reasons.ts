import type { Errors } from "./attempts.js";
import type { FinalRead } from "./final-reads.js";
import type { Finding, Findings, Reason, ReasonKind } from "./findings.js";
import type { LateReads, StrayReplies } from "./history.js";
import type { Stall } from "./lateness.js";
import { jsonText } from "./number-literals.js";
import { coveredWithin } from "./spans.js";

/** Kinds of operations that were tried and never succeeded. Another attempt cannot help. */
export function unansweredKinds({ operations, errors, strayReplies, lateReads, cutShort }: Findings): Reason[] {
  if (cutShort !== undefined) return [];
  const kinds = [
    ["broadcast", operations.broadcasts],
    ["read", operations.reads],
  ] as const;
  return kinds.flatMap(([operation, { invoked, ok }]) => {
    if (invoked === 0 || ok > 0) return [];
    const whys = describeErrors(errors[operation]);
    const stray = strayReplies[operation];
    const failed = invoked === 1 ? `the only ${operation} failed` : `none of ${invoked} ${operation}s succeeded`;
    const text = [
      `${failed}${whys}`,
      ...(stray === undefined ? [] : [describeStray(stray)]),
      ...(operation === "broadcast" || lateReads === undefined ? [] : [describeLate(lateReads)]),
    ];
    return [{ kind: "unanswered" as const, text: text.join("; ") }];
  });
}

const MOST_ERRORS_TOLD = 3;
const MOST_IDS_TOLD = 3;
/** Shown in the examples for a missing `in_reply_to`. */
const NO_ID = jsonText(undefined);

function describeErrors(errors: Errors): string {
  if (errors.length === 0) return "";
  const told = errors.slice(0, MOST_ERRORS_TOLD).map(([error, count]) => `${count} × ${error}`);
  const untold = errors.length - told.length;
  const more = untold === 0 ? "" : `, and ${untold} other ${untold === 1 ? "error" : "errors"}`;
  return ` (${told.join(", ")}${more})`;
}

function describeLate({ count, soonest }: LateReads): string {
  const after = `${(soonest / 1000).toFixed(1)} s`;
  return count === 1
    ? `1 answer came too late, after ${after}`
    : `${count} answers came too late, the first after ${after}`;
}

function describeStray({ count, examples }: StrayReplies): string {
  const replies = `${count} ${count === 1 ? "reply" : "replies"} came`;
  const ids = examples.filter((example) => example !== NO_ID);
  if (ids.length === 0) return `${replies} without in_reply_to`;
  const told = `${ids.slice(0, MOST_IDS_TOLD).join(", ")}${ids.length > MOST_IDS_TOLD ? ", …" : ""}`;
  const others = ids.length < examples.length ? " or none" : "";
  return `${replies} with in_reply_to ${told}${others}, but there is no request with that id`;
}

/** Nodes whose final read failed: nobody knows which values reached them. */
export function unreadNodes({ finalReads, cutShort, stalls }: Findings): Finding[] {
  if (cutShort !== undefined) return [];
  const failed = finalReads.filter(({ state }) => state === "failed" || state === "open");
  const disturbed = failed.filter((read) => isExcused(read, stalls));
  const guilty = failed.filter((read) => !disturbed.includes(read));
  const missing = finalReads.filter(({ state }) => state === "missing");
  const noun = (count: number) => (count === 1 ? "final read" : "final reads");
  const text = (reads: readonly FinalRead[], what: string) =>
    `the ${noun(reads.length)} of ${reads.map(({ node }) => node).join(", ")} ${what}`;
  return [
    ...findingOf(guilty, true, "unread", text(guilty, `failed${describeErrors(errorsOf(guilty))}`)),
    ...findingOf(disturbed, false, "disturbed", text(disturbed, "failed while the bench itself was stalled")),
    ...findingOf(missing, false, "incomplete", text(missing, `${missing.length === 1 ? "was" : "were"} never started`)),
  ];
}

function findingOf(reads: readonly FinalRead[], fails: boolean, kind: ReasonKind, text: string): Finding[] {
  return reads.length === 0 ? [] : [{ reason: { kind, text }, fails }];
}

function isExcused({ from, to }: FinalRead, stalls: readonly Stall[]): boolean {
  return from !== undefined && to !== undefined && coveredWithin(stalls, from, to) > (to - from) / 2;
}

function errorsOf(reads: readonly FinalRead[]): Errors {
  const counts = new Map<string, number>();
  for (const { error = "no answer" } of reads) counts.set(error, (counts.get(error) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]);
}
