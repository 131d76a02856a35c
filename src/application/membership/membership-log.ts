import type { MemberChange } from "../../domain/membership/member-directory.js";
import { isPresent, type MemberRecord } from "../../domain/membership/member-record.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { idInUse, memberBack, memberJoined, memberLeft, memberLost, memberSuspected } from "../log-events.js";

/** The most members that a line names. */
const MOST_NAMED = 10;

/** The changes of a member, in the order in which the log tells them. */
const CHANGES = [memberJoined, memberLeft, memberLost, memberSuspected, memberBack] as const;
type Change = (typeof CHANGES)[number];

/** Logs changes of the members, those of one moment in one line per kind. */
export class MembershipLog {
  private readonly changes = new Map<Change, MemberId[]>();
  /** Joining time of the last process with this node's id that was logged. */
  private reported: number | undefined;

  constructor(
    private readonly log: Log,
    private readonly self: MemberId,
  ) {}

  changed({ before, after }: MemberChange): void {
    const change = after.id === this.self ? undefined : changeOf(before, after);
    if (change !== undefined) this.changes.set(change, [...(this.changes.get(change) ?? []), after.id]);
  }

  flush(size: number): void {
    for (const change of CHANGES) {
      const all = this.changes.get(change);
      if (all === undefined) continue;
      const members = all.slice(0, MOST_NAMED);
      const more = all.length - members.length;
      this.log.event(change({ members, ...(more > 0 && { more }), size }));
    }
    this.changes.clear();
  }

  /** Another process uses this node's id. */
  rival({ joined, address }: MemberRecord): void {
    if (this.reported === joined) return;
    this.reported = joined;
    this.log.event(idInUse({ id: this.self, address }));
  }
}

function changeOf(before: MemberRecord | undefined, after: MemberRecord): Change | undefined {
  const isNew = before === undefined || before.joined !== after.joined || before.state === "left";
  if (!isPresent(after)) return after.state === "left" ? memberLeft : memberLost;
  if (after.state === "suspect") return isNew || before.state === "lost" ? memberJoined : memberSuspected;
  if (isNew) return memberJoined;
  return before.state === "alive" ? undefined : memberBack;
}
