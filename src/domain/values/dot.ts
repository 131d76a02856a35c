/**
 * One incarnation of one member: `id@incarnation`. A restarted member is another actor, so its numbers can start again
 * without giving one dot to two values.
 */
export type ActorId = string;

/** Returns the actor for an incarnation of a member. */
export function actorOf(member: string, incarnation: number): ActorId {
  return `${member}@${incarnation}`;
}

/** Returns the member that the actor belongs to. */
export function memberOf(actor: ActorId): string {
  return actor.slice(0, actor.lastIndexOf("@"));
}

/** Whether the actor is an incarnation of this member. */
export function isIncarnationOf(member: string, actor: ActorId): boolean {
  return memberOf(actor) === member;
}

/**
 * A range of dots: the values that `actor` accepted under the numbers `first`, `first + 1`, … (`count` of them). A dot
 * names one accepted value forever; numbers start at 1.
 */
export type DotRange = readonly [actor: ActorId, first: number, count: number];

/** Returns the number of dots in the ranges. */
export function dotCount(ranges: readonly DotRange[]): number {
  return ranges.reduce((sum, [, , count]) => sum + count, 0);
}
