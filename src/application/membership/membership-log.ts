import type { MemberChange } from "../../domain/membership/member-directory.js";
import { isPresent, type MemberRecord } from "../../domain/membership/member-record.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { guardedLog } from "../options/guarded-log.js";
import { excerpt } from "../wire/excerpt.js";

/** The most members that a line names. */
const MOST_NAMED = 10;

/** Words for a change of a member, in the order in which the log tells them. */
const WORDS = ["joined", "left", "was silent for too long and counts as gone", "is suspected", "is back"] as const;
type Words = (typeof WORDS)[number];

/** Logs changes of the members, those of one moment in one line per kind. */
export class MembershipLog {
  private readonly log: Log;
  private readonly changes = new Map<Words, MemberId[]>();
  /** Joining time of the last process with this node's id that was logged. */
  private reported: number | undefined;

  constructor(
    log: Log,
    private readonly self: MemberId,
  ) {
    this.log = guardedLog(log);
  }

  changed({ before, after }: MemberChange): void {
    const words = after.id === this.self ? undefined : wordsFor(before, after);
    if (words !== undefined) this.changes.set(words, [...(this.changes.get(words) ?? []), after.id]);
  }

  flush(size: number): void {
    for (const words of WORDS) {
      const members = this.changes.get(words);
      if (members === undefined) continue;
      const named = members.slice(0, MOST_NAMED).join(", ");
      const others = members.length > MOST_NAMED ? ` and ${members.length - MOST_NAMED} more` : "";
      this.log.line(`${named}${others} ${words}; the cluster has ${size} ${size === 1 ? "member" : "members"}`);
    }
    this.changes.clear();
  }

  /** Another process uses this node's id. */
  rival({ joined, address }: MemberRecord): void {
    if (this.reported === joined) return;
    this.reported = joined;
    this.log.line(
      `another process uses the id ${this.self}, at ${excerpt(address)}; every member needs its own id, so stop one of them`,
    );
  }
}

function wordsFor(before: MemberRecord | undefined, after: MemberRecord): Words | undefined {
  const isNew = before === undefined || before.joined !== after.joined || before.state === "left";
  if (!isPresent(after)) return after.state === "left" ? "left" : "was silent for too long and counts as gone";
  if (after.state === "suspect") return isNew || before.state === "lost" ? "joined" : "is suspected";
  if (isNew) return "joined";
  return before.state === "alive" ? undefined : "is back";
}
