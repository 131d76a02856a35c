import * as v from "valibot";
import type { MemberMessage } from "../../domain/membership/member-message.js";
import { memberId } from "../options/fields.js";

/** The latest time that a `Date` can hold, in ms since 1970: later joining times still fit above it. */
const LATEST_TIME = 8.64e15;
const LONGEST_ADDRESS = 300;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const record = v.object({
  id: memberId,
  address: v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_ADDRESS)),
  joined: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LATEST_TIME)),
  version: count,
  state: v.picklist(["alive", "suspect", "lost", "left"]),
  within: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.finite())),
});

/** Every message about members. */
export const memberMessageSchema = v.object({
  type: v.literal("members"),
  records: v.exactOptional(v.array(record)),
  ping: v.exactOptional(count),
  ack: v.exactOptional(count),
  of: v.exactOptional(memberId),
  ask: v.exactOptional(v.object({ member: memberId, number: count })),
  hash: v.exactOptional(v.string()),
  want: v.exactOptional(v.boolean()),
  last: v.exactOptional(v.boolean()),
  joining: v.exactOptional(v.boolean()),
});

/** Whether a body is a message about members, and not one of the protocol of values. */
export function isMemberMessage(body: object): boolean {
  return "type" in body && body.type === "members";
}

/**
 * Validates a message about members. Unknown keys are ignored, so that a later version may add some.
 * @returns the message, or a description of the problem
 */
export function parseMemberMessage(body: unknown): MemberMessage | string {
  const result = v.safeParse(memberMessageSchema, body, { abortEarly: true });
  return result.success ? result.output : result.issues[0].message;
}
