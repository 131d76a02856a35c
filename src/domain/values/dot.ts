/**
 * One life of one member: `id@incarnation`. A restarted member is another author, so that its numbering may start
 * anew without ever giving one dot to two values.
 */
export type ActorId = string;

/** The author that a member is in a given incarnation. */
export function actorOf(member: string, incarnation: number): ActorId {
  return `${member}@${incarnation}`;
}

/** The member that the author is, in one of its lives. */
export function memberOf(author: ActorId): string {
  return author.slice(0, author.lastIndexOf("@"));
}

/** Is the author this member, in whichever incarnation? */
export function isIncarnationOf(member: string, author: ActorId): boolean {
  return memberOf(author) === member;
}

/**
 * A run of dots: the values that `author` accepted as its number `first`, `first + 1`, … (`count` of them). A dot names
 * one accepted value for good; numbers start at 1.
 */
export type DotRange = readonly [author: ActorId, first: number, count: number];
