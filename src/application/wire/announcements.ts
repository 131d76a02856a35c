import * as v from "valibot";

/** The latest time that a `Date` can hold, in ms since 1970: later joining times still fit above it. */
const LATEST_TIME = 8.64e15;

/** Joining time of a member: ms by its own clock since 1970, later than that of every member it had heard of. */
const joined = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LATEST_TIME));

/** Every announcement. */
export const announcementSchema = v.variant("type", [
  v.object({ type: v.literal("hello") }),
  v.object({ type: v.literal("here"), joined, latest: v.optional(joined), process: v.optional(v.string()) }),
  v.object({ type: v.literal("goodbye"), joined }),
]);

/** Announcements of nodes: a new member asks for the others, members announce themselves, and say goodbye. */
export type Announcement = v.InferOutput<typeof announcementSchema>;

/**
 * Validates an announcement. Unknown keys are ignored, so that a later version may add some.
 * @returns the announcement, or a description of the problem
 */
export function parseAnnouncement(body: unknown): Announcement | string {
  const result = v.safeParse(announcementSchema, body, { abortEarly: true });
  return result.success ? result.output : result.issues[0].message;
}
