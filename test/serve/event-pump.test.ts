import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { EventLog } from "../../src/serve/events/event-log.js";
import { EventPump, type EventSink } from "../../src/serve/events/event-pump.js";
import { EventReader } from "../../src/serve/events/event-reader.js";
import { Seen } from "../../src/serve/events/seen.js";

/** A client that notes the numbers of the values it gets, and reads only if the test says so. */
function slowClient() {
  const sent: number[] = [];
  const sink: EventSink = {
    send: (item) => {
      if (item.kind === "delivery") sent.push(item.event.number);
    },
    sendCursor: () => {},
    flush: () => false,
  };
  return { sent, sink };
}

describe("a pump", () => {
  it("hands no more than about 256 KiB at a time to a client that does not read", async () => {
    const log = new EventLog({ gone: () => [] });
    for (let number = 1; number <= 10; number++)
      log.add({ value: "x".repeat(100_000), member: "a", author: "a@1", number });
    const { sent, sink } = slowClient();
    const pump = new EventPump(log, new EventReader(log, { seen: new Seen(), topic: undefined }), sink);
    await setImmediate();
    expect(sent).toEqual([1, 2, 3]);
    pump.resume();
    await setImmediate();
    expect(sent).toEqual([1, 2, 3, 4, 5, 6]);
    pump.stop();
  });
});
