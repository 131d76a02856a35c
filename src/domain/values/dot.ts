/**
 * One life of one member: `id@incarnation`. A restarted member is another author, so that its numbering may start
 * anew without ever giving one dot to two values.
 */
export type Author = string;

/** The author that a member is in a given incarnation. */
export function authorOf(member: string, incarnation: number): Author {
  return `${member}@${incarnation}`;
}

/** The member that the author is, in one of its lives. */
export function memberOf(author: Author): string {
  return author.slice(0, author.lastIndexOf("@"));
}

/** Is the author this member, in whichever incarnation? */
export function isLifeOf(member: string, author: Author): boolean {
  return memberOf(author) === member;
}

/**
 * A run of dots: the values that `author` accepted as its number `first`, `first + 1`, … (`count` of them). A dot names
 * one accepted value for good; numbers start at 1.
 */
export type DotRun = readonly [author: Author, first: number, count: number];
