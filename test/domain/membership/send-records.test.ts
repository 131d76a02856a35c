import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryMemberChannels } from "../../../src/adapters/memory-network/memory-member-channels.js";
import type { MemberMessage, MemberMessageContent } from "../../../src/domain/membership/member-message.js";
import type { MemberRecord } from "../../../src/domain/membership/member-record.js";
import { sendRecords } from "../../../src/domain/membership/send-records.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../../src/domain/ports/transport.js";

const recordOf = (index: number) => ({
  id: `member-${index}`,
  address: `host-${index}.example:7000`,
  joined: 2 ** 52 + index,
  version: 0,
  state: "alive" as const,
});
const bytesOf = (message: MemberMessage) => JSON.stringify(message).length;

/** The messages that these records take, or this many of them. */
function messages(
  records: number | readonly MemberRecord[],
  rest: MemberMessageContent,
  maxMessageBytes = 2 ** 20,
): MemberMessage[] {
  const channels = new MemoryMemberChannels(new FakeClock(), () => 0);
  channels.maxMessageBytes = maxMessageBytes;
  const sent: MemberMessage[] = [];
  channels.onSend = (_, __, body) => void sent.push(body as MemberMessage);
  const list = typeof records === "number" ? Array.from({ length: records }, (_, index) => recordOf(index)) : records;
  sendRecords(channels.attach("a"), "b", list, rest);
  return sent;
}

describe("sendRecords", () => {
  it("sends every record once, in messages that the smallest transport carries", () => {
    const sent = messages(200, { ack: 7, hash: "0123456789abcdef" }, SMALLEST_MESSAGE_LIMIT);
    expect(sent.flatMap(({ records: part = [] }) => part)).toEqual(
      Array.from({ length: 200 }, (_, at) => recordOf(at)),
    );
    for (const message of sent) expect(bytesOf(message)).toBeLessThanOrEqual(SMALLEST_MESSAGE_LIMIT);
    expect(sent.at(-1)).toMatchObject({ ack: 7 });
  });

  it("sends few records in one message, with the rest of the content", () => {
    expect(messages(2, { want: true })).toEqual([{ type: "members", records: [recordOf(0), recordOf(1)], want: true }]);
    expect(messages(0, { ack: 7 })).toStrictEqual([{ type: "members", ack: 7 }]);
  });

  it("fills each message of a large transport to a set size, by an estimate, and puts the rest into the last", () => {
    const sent = messages(200, { last: true });
    const estimate = (index: number) => 100 + 6 * (recordOf(index).id.length + recordOf(index).address.length);
    expect(sent.map(({ last }) => last === true)).toEqual(sent.map((_, index) => index === sent.length - 1));
    let next = 0;
    for (const { records = [] } of sent) {
      let bytes = 0;
      for (const end = next + records.length; next < end; next++) bytes += estimate(next);
      expect(bytes).toBeLessThanOrEqual(8_000);
      if (next < 200) expect(bytes + estimate(next)).toBeGreaterThan(8_000);
    }
    expect(next).toBe(200);
  });

  /** Records with ids and addresses of this length, of characters that take the most room. */
  const wide = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...recordOf(index),
      id: String.fromCharCode(index + 1).repeat(length),
      address: "\u001f".repeat(length),
    }));

  it("leaves room for the rest of the content, even if all characters take the most room", () => {
    const rest = { ping: 2 ** 52, ack: 2 ** 52, hash: "9999:ffffffff", want: true };
    for (let length = 1; length <= 70; length++)
      for (const message of messages(wide(8, length), rest, SMALLEST_MESSAGE_LIMIT))
        expect(bytesOf(message)).toBeLessThanOrEqual(SMALLEST_MESSAGE_LIMIT);
  });

  it("fills a message up to the set size, by the estimate", () => {
    // Eight records of 1,000 bytes each.
    const records = wide(9, 75);
    expect(messages(records, {}).map(({ records = [] }) => records.length)).toEqual([8, 1]);
  });

  it("sends a record that is larger than a message should be in one of its own, and no empty message", () => {
    const records = wide(2, 700);
    expect(messages(records, {}).map(({ records }) => records?.length)).toEqual([1, 1]);
  });
});
