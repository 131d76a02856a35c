import * as v from "valibot";

/** The latest time that a `Date` can hold, in ms since 1970: there is room above it for later joining times. */
const LATEST_TIME = 8.64e15;

/** When a member joined: ms by its own clock since 1970, later than that of everyone it had heard of. */
const joined = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LATEST_TIME));

const announcement = v.variant("type", [
  v.object({ type: v.literal("hello") }),
  v.object({ type: v.literal("here"), joined, latest: v.optional(joined), process: v.optional(v.string()) }),
  v.object({ type: v.literal("goodbye"), joined }),
]);

/** What nodes tell everyone: a newcomer asks who is there, members say that they are there, and that they leave. */
export type Announcement = v.InferOutput<typeof announcement>;

/**
 * Checks what was announced. Unknown keys are let pass, so that a later version may say more.
 * @returns the announcement, or in words what is wrong with it
 */
export function parseAnnouncement(body: unknown): Announcement | string {
  const result = v.safeParse(announcement, body, { abortEarly: true });
  return result.success ? result.output : result.issues[0].message;
}
