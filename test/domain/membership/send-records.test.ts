import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryMemberChannels } from "../../../src/adapters/memory-network/memory-member-channels.js";
import type { MemberMessage } from "../../../src/domain/membership/member-message.js";
import { sendRecords } from "../../../src/domain/membership/send-records.js";
import { SMALLEST_MESSAGE_LIMIT } from "../../../src/domain/ports/transport.js";

describe("sendRecords", () => {
  it("sends every record once, in messages that the smallest transport carries", () => {
    const channels = new MemoryMemberChannels(new FakeClock(), () => 0);
    channels.maxMessageBytes = SMALLEST_MESSAGE_LIMIT;
    const sent: MemberMessage[] = [];
    channels.onSend = (_, __, body) => void sent.push(body as MemberMessage);
    const records = Array.from({ length: 200 }, (_, index) => ({
      id: `member-${index}`,
      address: `host-${index}.example:7000`,
      joined: 2 ** 52 + index,
      version: 0,
      state: "alive" as const,
    }));
    sendRecords(channels.attach("a"), "b", records, { ack: 7, hash: "0123456789abcdef" });
    expect(sent.flatMap(({ records: part = [] }) => part)).toEqual(records);
    for (const message of sent) expect(JSON.stringify(message).length).toBeLessThanOrEqual(SMALLEST_MESSAGE_LIMIT);
    expect(sent.at(-1)).toMatchObject({ ack: 7 });
  });
});
