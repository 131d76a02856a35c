import type { NodeStats } from "./types.js";

/** A reason why a node is not ready or is degraded. */
export interface HealthProblem {
  /** The same in all versions. */
  readonly code:
    | "CATCHING_UP"
    | "ISOLATED"
    | "MEMBERS_SUSPECTED"
    | "BACKLOG_FULL"
    | "MESSAGES_DROPPED"
    | "JOURNAL_LOST"
    | "CLOSED";
  /** What is the matter, as a sentence for an operator. */
  readonly message: string;
}

/** How a node is at this moment. */
export interface Health {
  /** Whether it should get requests: it has caught up, is open, and its journal works. It stays ready while it is isolated or degraded. */
  readonly isReady: boolean;
  /** Whether it has every value that another member had when the two first compared after its start. */
  readonly hasCaughtUp: boolean;
  /** Whether it reaches no other member although there are some. */
  readonly isIsolated: boolean;
  /** Whether something needs attention; `problems` says what. */
  readonly isDegraded: boolean;
  /** Those that keep it from being ready come first. */
  readonly problems: readonly HealthProblem[];
}

/** For how long dropped messages count as a problem, in ms. */
export const DROPS_REMEMBERED = 60_000;

/** What `health` is found from. */
export interface HealthFacts {
  readonly stats: NodeStats;
  readonly isClosed: boolean;
  /** Why the journal is lost, if it is. */
  readonly journalLoss: string | undefined;
  /** Whether messages were dropped within `DROPS_REMEMBERED`. */
  readonly droppedLately: boolean;
}

export function healthOf({ stats, isClosed, journalLoss, droppedLately }: HealthFacts): Health {
  const { members, isReady: hasCaughtUp, waiting } = stats;
  const others = members.filter(({ isSelf }) => !isSelf);
  const suspects = others.filter(({ state }) => state === "suspected");
  const isIsolated = others.length > 0 && suspects.length === others.length;
  const problems: HealthProblem[] = [];
  const report = (is: boolean, code: HealthProblem["code"], message: string) => {
    if (is) problems.push({ code, message });
  };
  report(isClosed, "CLOSED", "the node is closed");
  report(journalLoss !== undefined, "JOURNAL_LOST", journalLoss ?? "");
  report(!hasCaughtUp, "CATCHING_UP", "the node has not compared its values with those of another member yet");
  report(isIsolated, "ISOLATED", "no other member is reachable");
  const named = suspects.map(({ id }) => id).join(", ");
  report(
    suspects.length > 0 && !isIsolated,
    "MEMBERS_SUSPECTED",
    `${named} ${suspects.length === 1 ? "is" : "are"} unreachable or silent`,
  );
  report(
    waiting > 0,
    "BACKLOG_FULL",
    `${waiting} ${waiting === 1 ? "broadcast waits" : "broadcasts wait"} for slower members`,
  );
  report(
    droppedLately,
    "MESSAGES_DROPPED",
    `messages to other members were dropped within the last ${DROPS_REMEMBERED / 1000} s; the protocol sends again what still matters`,
  );
  return {
    isReady: hasCaughtUp && !isClosed && journalLoss === undefined,
    hasCaughtUp,
    isIsolated,
    isDegraded: problems.length > 0,
    problems,
  };
}
