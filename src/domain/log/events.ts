import type { MemberId } from "../ports/transport.js";
import { logEvent } from "./log-event.js";

/** The new place of this node in the tree, if it has changed: below a parent, or at the root. */
export type NewPlace = { readonly parent?: MemberId; readonly isRoot?: boolean };

function describePlace({ parent, isRoot }: NewPlace): string {
  if (isRoot) return "; this node is the root now";
  return parent === undefined ? "" : `; using ${parent} as parent`;
}

export const memberUnreachable = logEvent(
  "member-unreachable",
  "warn",
  ({ member, ...place }: NewPlace & { member: MemberId }) => `${member} is unreachable${describePlace(place)}`,
);

export const memberReachable = logEvent(
  "member-reachable",
  "info",
  ({ member, ...place }: NewPlace & { member: MemberId }) => `${member} is reachable again${describePlace(place)}`,
);

/** Another member ignores this node, because it knows a later incarnation of it. */
export const incarnationStale = logEvent(
  "incarnation-stale",
  "warn",
  (fields: { member: MemberId; incarnation: number; known: number; next: number }) =>
    `${fields.member} ignores incarnation ${fields.incarnation} of this node because it knows incarnation ${fields.known}; continuing as ${fields.next} (either another process has this node's id, or the clock was set back)`,
);

/** The latency budget, and the reason why rounds cannot keep it. All but `height` are in ms. */
type Infeasibility = { median: number; max: number; roundTrip: number; height: number; travelTime: number };

export const budgetInfeasible = logEvent(
  "budget-infeasible",
  "warn",
  ({ median, max, roundTrip, height, travelTime }: Infeasibility) =>
    `the budget (median ${median} ms, maximum ${max} ms) leaves no room for rounds: with round trips of ` +
    `${roundTrip} ms and a tree of height ${height} a value travels ${travelTime} ms; sending values at once instead`,
);

/** `patience` is in ms. */
export const topologyMissing = logEvent(
  "topology-missing",
  "warn",
  ({ patience }: { patience: number }) =>
    `no topology came within ${patience / 1000} s of init; taking part without one`,
);

export const topologyLate = logEvent(
  "topology-late",
  "info",
  ({ member }: { member: MemberId }) =>
    `${member} sent a message before the topology came; taking part without a topology until it comes`,
);

/** A place in a file of a journal: `offset` and `bytes` in bytes. */
type JournalPlace = { file: string; offset: number; bytes: number };

/** A part of the journal is not what was written. The values in it are not here, and may have been acknowledged. */
export const journalDamaged = logEvent(
  "journal-damaged",
  "warn",
  ({ file, offset, bytes }: JournalPlace) =>
    `${file} is damaged at offset ${offset} (${bytesOf(bytes)}); the damaged part is skipped, other members may still have its values`,
);

/** The journal has more damaged or unreadable parts than the events before this one name. */
export const journalDamagedFurther = logEvent(
  "journal-damaged",
  "warn",
  ({ more }: { more: number }) => `${more} more such ${more === 1 ? "problem" : "problems"} in this journal`,
);

/** The medium does not give a file of the journal. */
export const journalUnreadable = logEvent(
  "journal-unreadable",
  "error",
  ({ file, reason }: { file: string; reason: string }) =>
    `${file} cannot be read, so its values must come from other members: ${reason}`,
);

/**
 * The journal ends in the middle of a record, as a crash leaves it: then its value was never acknowledged. Damage to the end of
 * the last record looks the same.
 */
export const journalCutShort = logEvent("journal-cut-short", "warn", ({ file, offset, bytes }: JournalPlace) =>
  bytes === 0
    ? `${file} ends at offset ${offset} without a line break; its last record is complete and kept`
    : `${file} ends with an incomplete record at offset ${offset} (${bytesOf(bytes)}); the record is dropped`,
);

function bytesOf(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}
