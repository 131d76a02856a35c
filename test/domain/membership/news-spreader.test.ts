import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { MemoryMemberChannels } from "../../../src/adapters/memory-network/memory-member-channels.js";
import { MemberDirectory } from "../../../src/domain/membership/member-directory.js";
import type { MemberMessage } from "../../../src/domain/membership/member-message.js";
import { NewsSpreader } from "../../../src/domain/membership/news-spreader.js";
import { Ring } from "../../../src/domain/membership/ring.js";
import { record } from "./support/record.js";

/** The spreader of `n0` among `n0` to `n8`: its chords lead to the members 1, 2, 4 and 8 places ahead. */
function spreader() {
  const clock = new FakeClock();
  const channels = new MemoryMemberChannels(clock, () => undefined);
  const ring = new Ring("n0");
  const directory = new MemberDirectory();
  for (let index = 0; index < 9; index++) {
    ring.add(`n${index}`);
    directory.merge(record(`n${index}`), 0);
  }
  /** What each member got since the last call: states by member, such as `x alive`. */
  let sent: Record<string, string[]> = {};
  channels.onSend = (_, to, body) => {
    const { records = [] } = body as MemberMessage;
    sent[to] = [...(sent[to] ?? []), ...records.map(({ id, state }) => `${id} ${state}`)];
  };
  const taken = () => {
    const before = sent;
    sent = {};
    return before;
  };
  const news = new NewsSpreader({ channel: channels.attach("n0"), clock, ring, directory });
  const ahead = (...steps: number[]) => steps.map((count) => ring.ahead(count) as string);
  /** The member is suspected, or lost, as far as this node knows. */
  const fails = (id: string, state: "suspect" | "lost" = "suspect") => {
    directory.merge(record(id, { state }), clock.now());
    return record(id, { state });
  };
  return { clock, ring, directory, news, record, taken, ahead, fails };
}

/** Each of these members got exactly this. */
const each = (members: readonly string[], news: readonly string[]) =>
  Object.fromEntries(members.map((member) => [member, news]));

describe("NewsSpreader", () => {
  it("sends the news of one moment together, to the members on its chords", () => {
    const { clock, news, record, taken, ahead } = spreader();
    news.spread(record("x"));
    news.spread(record("y"));
    expect(taken()).toEqual({});
    clock.advance(0);
    expect(taken()).toEqual(each(ahead(1, 2, 4, 8), ["x alive", "y alive"]));
    clock.advance(60_000);
    expect(taken()).toEqual({});
  });

  it("pauses between two messages, and sends the latest news of each member then", () => {
    const { clock, news, record, taken, ahead } = spreader();
    news.spread(record("x"));
    clock.advance(10);
    taken();
    news.spread(record("x", { state: "lost" }));
    news.spread(record("x", { state: "left" }));
    clock.advance(50 - 11);
    expect(taken()).toEqual({});
    clock.advance(1);
    expect(taken()).toEqual(each(ahead(1, 2, 4, 8), ["x left"]));
    clock.advance(50);
    news.spread(record("y"));
    clock.advance(0);
    expect(taken()).toEqual(each(ahead(1, 2, 4, 8), ["y alive"]));
  });

  it("does not send news back, nor to the member that it is about", () => {
    const { clock, news, record, taken, ahead } = spreader();
    const [first, second, fourth, eighth] = ahead(1, 2, 4, 8) as [string, string, string, string];
    news.spread(record("x"), second);
    news.spread(record(fourth, { version: 1 }));
    clock.advance(0);
    const both = ["x alive", `${fourth} alive`];
    expect(taken()).toEqual({ [first]: both, [second]: [`${fourth} alive`], [fourth]: ["x alive"], [eighth]: both });
    clock.advance(50);
    news.spread(record(first, { state: "left" }));
    clock.advance(0);
    expect(taken()).toEqual(each([second, fourth, eighth], [`${first} left`]));
  });

  it("tells a suspect of the suspicion, so that it can refute, wherever it is on the ring", () => {
    const { clock, news, taken, ahead, fails } = spreader();
    const [third, fifth] = ahead(3, 5) as [string, string];
    news.spread(fails(third));
    news.spread(fails(fifth, "lost"));
    clock.advance(0);
    const found = taken();
    expect(Object.keys(found).sort()).toEqual([...ahead(1, 2, 4, 8), third].sort());
    expect(found[third]).toEqual([`${third} suspect`, `${fifth} lost`]);
  });

  it("passes over members that are not alive", () => {
    const { clock, news, record, taken, ahead, fails } = spreader();
    const [second] = ahead(2) as [string];
    fails(second);
    news.spread(record("x"));
    clock.advance(0);
    expect(Object.keys(taken()).sort()).toEqual(ahead(1, 3, 4, 8).sort());
  });

  it("sends at once on request, also to further members", () => {
    const { clock, news, record, taken, ahead } = spreader();
    news.flush(ahead(3));
    expect(taken()).toEqual({});
    // Nothing was sent, so no pause follows.
    news.spread(record("w"));
    clock.advance(0);
    expect(taken()).toEqual(each(ahead(1, 2, 4, 8), ["w alive"]));
    news.spread(record("x"));
    news.flush(ahead(3));
    expect(taken()).toEqual(each(ahead(1, 2, 3, 4, 8), ["x alive"]));
    clock.advance(60_000);
    expect(taken()).toEqual({});
  });

  it("sends nothing after it was closed", () => {
    const { clock, news, record, taken } = spreader();
    news.spread(record("x"));
    news.close();
    clock.advance(60_000);
    expect(taken()).toEqual({});
    expect(clock.nextDue()).toBeUndefined();
  });

  describe("when a member on its chords fails", () => {
    it("tells the member that takes its place the failures of the last seconds", () => {
      const { clock, news, taken, ahead, fails } = spreader();
      const [first, second, third, fourth, eighth] = ahead(1, 2, 3, 4, 8) as [string, string, string, string, string];
      news.spread(fails("n0-x"));
      news.spread(fails("n0-z", "lost"));
      clock.advance(0);
      taken();
      clock.advance(10_000);
      news.spread(fails(second));
      clock.advance(0);
      const found = taken();
      expect(found[third]).toEqual([`${second} suspect`, "n0-x suspect", "n0-z lost"]);
      for (const member of [first, fourth, eighth]) expect(found[member]).toEqual([`${second} suspect`]);
      // It has the place by now.
      clock.advance(50);
      news.spread(fails("n0-y"));
      clock.advance(0);
      expect(taken()[third]).toEqual(["n0-y suspect"]);
    });

    it("tells it nothing that is older, that was refuted, or that it is about to hear anyway", () => {
      const { clock, news, record, taken, ahead, fails } = spreader();
      const [second, third] = ahead(2, 3) as [string, string];
      news.spread(fails("n0-old"));
      clock.advance(2);
      for (const id of ["n0-refuted", "n0-twice", "n0-late"]) news.spread(fails(id));
      news.spread(record("n0-new"));
      clock.advance(50);
      news.spread(record("n0-refuted", { version: 1 }));
      clock.advance(10_000 - 50 + 1);
      taken();
      const suspect = fails(second, "lost");
      news.spread(record("n0-twice", { state: "lost" }));
      news.spread(suspect);
      clock.advance(0);
      expect(taken()[third]).toEqual(["n0-twice lost", `${second} lost`, "n0-late suspect"]);
    });
  });
});
