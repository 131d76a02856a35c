import { SWIM } from "../config.js";
import type { MemberChannel } from "../ports/member-channel.js";
import type { MemberId } from "../ports/transport.js";
import type { MemberMessage, MemberMessageContent } from "./member-message.js";
import type { MemberRecord } from "./member-record.js";

/** Bytes of a record besides its id and its address. */
const RECORD_BYTES = 100;
/** Most bytes of a message besides its records. */
const REST_BYTES = 400;
/** The most bytes of a UTF-16 code unit in JSON: `\u001f`. */
const WIDEST = 6;

/** Sends records, in several messages if they are many. The last message has the rest of the content. */
export function sendRecords(
  channel: MemberChannel,
  to: MemberId,
  records: readonly MemberRecord[],
  rest: MemberMessageContent = {},
): void {
  const room = Math.min(SWIM.messageBytes, channel.maxMessageBytes - REST_BYTES);
  let part: MemberRecord[] = [];
  let bytes = 0;
  const send = (content: MemberMessageContent) =>
    channel.send(to, {
      type: "members",
      ...(part.length > 0 && { records: part }),
      ...content,
    } satisfies MemberMessage);
  for (const record of records) {
    const size = RECORD_BYTES + WIDEST * (record.id.length + record.address.length);
    if (part.length > 0 && bytes + size > room) {
      send({});
      [part, bytes] = [[], 0];
    }
    part.push(record);
    bytes += size;
  }
  send(rest);
}
