import { describe, expect, it } from "vitest";
import type { DotRange } from "../../src/domain/values/dot.js";
import { type Cursor, readCursor } from "../../src/serve/events/cursor.js";
import { EventLog } from "../../src/serve/events/event-log.js";
import { EventReader, type Item } from "../../src/serve/events/event-reader.js";
import { Seen } from "../../src/serve/events/seen.js";

/** A log whose node has deleted what the test says. */
function createLog() {
  let gone: DotRange[] = [];
  const log = new EventLog({ gone: () => gone });
  return {
    log,
    add: (member: string, number: number, topic?: string) =>
      log.add({
        value: `${member}${number}`,
        member,
        author: `${member}@1`,
        number,
        ...(topic !== undefined && { topic }),
      }),
    remove: (...ranges: DotRange[]) => {
      gone = ranges;
      log.prune();
    },
  };
}

function readAll(reader: EventReader): string[] {
  return readAllItems(reader).map(describeItem);
}

function readAllItems(reader: EventReader): Item[] {
  const items: Item[] = [];
  for (let item = reader.next(); item !== undefined; item = reader.next()) items.push(item);
  return items;
}

function describeItem(item: Item): string {
  if (item.kind === "delivery") return `${JSON.parse(item.event.json).value}`;
  return `gap ${item.ranges.map(([author, first, count]) => `${author}:${first}+${count}`).join(" ")}`;
}

const seenAt = (cursor: string | undefined) => readCursor(cursor as string) as Cursor;
/** A client that has seen nothing, and follows a topic if one is named. */
const nothing = (topic?: string): Cursor => ({ seen: new Seen(), topic });

describe("a reader", () => {
  it("begins with the next event, or with the oldest one", () => {
    const { log, add } = createLog();
    add("a", 1);
    const next = EventReader.fromNow(log);
    const all = new EventReader(log, nothing());
    add("a", 2);
    expect(readAll(next)).toEqual(["a2"]);
    expect(readAll(all)).toEqual(["a1", "a2"]);
    expect(next.isAtEnd).toBe(true);
  });

  it("takes a cursor's word for values that have not come yet: another server may be ahead", () => {
    const { log, add } = createLog();
    const reader = new EventReader(log, seenAt("1;a@1:1-2"));
    add("a", 2);
    add("a", 3);
    add("a", 1);
    expect(readAll(reader)).toEqual(["a3"]);
  });

  it("leaves out nothing for the cursor of another cluster, or of another life", () => {
    const { log, add } = createLog();
    const reader = new EventReader(log, seenAt("1;a@zz:1-100000000"));
    add("a", 1);
    expect(readAll(reader)).toEqual(["a1"]);
  });

  it("goes on at another server, where the values came in another order", () => {
    const [one, other] = [createLog(), createLog()];
    for (const [member, number] of [
      ["a", 1],
      ["b", 1],
      ["a", 2],
    ] as const)
      one.add(member, number);
    const reader = new EventReader(one.log, nothing());
    reader.next();
    reader.next();
    for (const [member, number] of [
      ["a", 2],
      ["a", 1],
      ["c", 1],
      ["b", 1],
    ] as const)
      other.add(member, number);
    expect(readAll(new EventReader(other.log, seenAt(reader.cursor)))).toEqual(["a2", "c1"]);
  });

  it("gets a gap once for values that were deleted before it came to them", () => {
    const { log, add, remove } = createLog();
    for (const number of [1, 2, 3, 4]) add("a", number);
    const slow = new EventReader(log, nothing());
    expect(describeItem(slow.next() as Item)).toBe("a1");
    const { cursor } = slow;
    remove(["a@1", 1, 3]);
    expect(readAll(slow)).toEqual(["gap a@1:2+2", "a4"]);
    expect(readAll(new EventReader(log, seenAt(cursor)))).toEqual(["gap a@1:2+2", "a4"]);
    expect(readAll(new EventReader(log, seenAt(slow.cursor)))).toEqual([]);
  });

  it("gets a gap for values that never came to this server", () => {
    const { log, add, remove } = createLog();
    const reader = EventReader.fromNow(log);
    add("a", 3);
    remove(["a@1", 1, 2]);
    expect(readAll(reader)).toEqual(["gap a@1:1+2", "a3"]);
  });

  it("gets no gap for values that were deleted before its first visit", () => {
    const { log, add, remove } = createLog();
    for (const number of [1, 2]) add("a", number);
    remove(["a@1", 1, 1]);
    expect(readAll(EventReader.fromNow(log))).toEqual([]);
    expect(readAll(new EventReader(log, { seen: log.deletedSoFar(), topic: undefined }))).toEqual(["a2"]);
  });

  it("waits for a value that a cursor of another server names before it came here", () => {
    const { log, add } = createLog();
    const reader = new EventReader(log, seenAt("1;a@1:1-2"));
    add("a", 2);
    add("b", 1);
    add("a", 1);
    expect(readAll(reader)).toEqual(["b1"]);
  });

  it("has a cursor at each event that names exactly what it has got", () => {
    const { log, add, remove } = createLog();
    const readers = [
      new EventReader(log, nothing()),
      EventReader.fromNow(log),
      new EventReader(log, seenAt("1;z@1:1")),
    ];
    add("a", 1);
    add("b", 1);
    remove(["a@1", 1, 1]);
    add("b", 2);
    const cursors = readers.map((reader) => {
      const all: (string | undefined)[] = [];
      for (let item = reader.next(); item !== undefined; item = reader.next()) all.push(item.cursor);
      return all;
    });
    expect(cursors).toEqual([
      ["1;a@1:1", "1;a@1:1;b@1:1", "1;a@1:1;b@1:1-2"],
      ["1;a@1:1", "1;a@1:1;b@1:1", "1;a@1:1;b@1:1-2"],
      ["1;z@1:1;a@1:1", "1;z@1:1;a@1:1;b@1:1", "1;z@1:1;a@1:1;b@1:1-2"],
    ]);
  });
});

describe("a reader of a topic", () => {
  it("gets the values of its topic only; without a topic those of none; with * all", () => {
    const { log, add } = createLog();
    add("a", 1, "orders");
    add("a", 2);
    add("b", 1, "users");
    add("a", 3, "orders");
    expect(readAll(new EventReader(log, nothing("orders")))).toEqual(["a1", "a3"]);
    expect(readAll(new EventReader(log, nothing()))).toEqual(["a2"]);
    expect(readAll(new EventReader(log, nothing("*")))).toEqual(["a1", "a2", "b1", "a3"]);
    expect(readAll(new EventReader(log, nothing("none")))).toEqual([]);
    const events = [0, 1].map((place) => JSON.parse(log.from(place)?.json as string));
    expect(events).toEqual([
      { value: "a1", member: "a", author: "a@1", number: 1, topic: "orders" },
      { value: "a2", member: "a", author: "a@1", number: 2 },
    ]);
  });

  it("has a cursor that names its topic and the values that it need not get", () => {
    const { log, add } = createLog();
    const [orders, all] = [EventReader.fromNow(log, "orders"), EventReader.fromNow(log, "*")];
    add("a", 1, "users");
    add("a", 2, "orders");
    const cursorOf = (reader: EventReader) => readAllItems(reader).at(-1)?.cursor;
    expect([cursorOf(orders), cursorOf(all)]).toEqual(["2;orders;a@1:1-2", "2;*;a@1:1-2"]);
    expect(orders.idleCursor()).toBeUndefined();
  });

  it("has a new cursor when only other values came, so that their deletion is no gap", () => {
    const { log, add, remove } = createLog();
    add("a", 1, "orders");
    const reader = new EventReader(log, nothing("orders"));
    const [{ cursor: before }] = readAllItems(reader) as [Item];
    add("a", 2, "users");
    expect(readAll(reader)).toEqual([]);
    const after = reader.idleCursor();
    expect(after).toBe("2;orders;a@1:1-2");
    expect(reader.idleCursor()).toBeUndefined();
    remove(["a@1", 2, 1]);
    expect(readAll(new EventReader(log, seenAt(after)))).toEqual([]);
    // This client was away before it could learn of the value, whose topic is unknown now.
    expect(readAll(new EventReader(log, seenAt(before)))).toEqual(["gap a@1:2+1"]);
    expect(readAll(reader)).toEqual([]);
  });
});
