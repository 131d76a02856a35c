import { describe, expect, it } from "vitest";
import type { RecordedMessage, RecordedValue } from "../../../src/workbench/report/data/run-report.js";
import type { Told } from "../../../src/workbench/report/journey.js";
import { tellStories } from "../../../src/workbench/report/story.js";

const given: RecordedValue = {
  value: 7,
  node: 0,
  invokedAt: 1000,
  receivedAt: 1000,
  acknowledgedAt: 1004,
  fate: "stable",
  latency: 300,
  missedBy: [],
};
const lost: RecordedValue = { ...given, fate: "lost", missedBy: [{ node: 2, at: 9000, final: true }] };
const sent = (from: number, to: number, sentAt: number, endedAt: number): RecordedMessage => ({
  from,
  to,
  type: 0,
  sentAt,
  endedAt,
  values: [7],
  up: false,
  bytes: 0,
});
const told: Told = {
  nodes: ["n0", "n1", "n2"],
  types: ["gossip"],
  causes: ["partition"],
  faults: [{ kind: "partition", from: 1500, to: 4000, detail: "n2 apart from n0 n1" }],
  values: [given],
  messages: [sent(0, 1, 1200, 1300), sent(1, 2, 1350, 1450)],
  shown: [],
};
const storyOf = (changes: Partial<Told>, maxLatency?: number) => {
  const { stories } = tellStories({ ...told, ...changes }, maxLatency);
  return [stories[0]?.heading, ...(stories[0]?.sentences ?? [])].join("\n");
};

describe("the story of a value", () => {
  it("describes the path to the last node, with its waits", () => {
    expect(storyOf({})).toBe(
      [
        "Value 7 took the longest: 300 ms",
        "A client sent 7 to n0 at 1.000 s. n0 acknowledged it 4.0 ms later.",
        "2 messages carried it, each of them to a new node: n0 to n1, sent at 1.200 s, received by 1.300 s; n1 to n2, sent at 1.350 s, received by 1.450 s.",
        "The last node to receive it was n2, at 1.450 s: held by n0 for 200 ms; 100 ms on the wire from n0; held by n1 for 50 ms; 100 ms on the wire from n1.",
      ].join("\n"),
    );
  });

  it("names the fault that dropped each message, the nodes that never got it, and the read that missed it", () => {
    const messages = [sent(0, 1, 1200, 1300), { ...sent(1, 2, 1600, 1700), lostBy: 0 }];
    expect(storyOf({ values: [lost], messages })).toBe(
      [
        "Value 7 was lost",
        "A client sent 7 to n0 at 1.000 s. n0 acknowledged it 4.0 ms later.",
        "2 messages carried it, and 1 of them brought it to a new node: n0 to n1, sent at 1.200 s, received by 1.300 s.",
        "1 message with it was dropped by the partition from 1.500 s to 4.000 s (n2 apart from n0 n1): n1 to n2 at 1.700 s.",
        "No node repeated these messages: a node must repeat a message until its receiver acknowledges it.",
        "It never reached n2.",
        "The final read of n2, at 9.000 s, did not show it.",
        "It was known to exist by then, and no later read showed it, so it counts as lost.",
      ].join("\n"),
    );
  });

  it("mentions failed attempts before the message that arrived", () => {
    const messages = [{ ...sent(0, 1, 1600, 1700), lostBy: 0 }, sent(0, 1, 4100, 4200), sent(0, 2, 1010, 1110)];
    expect(storyOf({ messages: messages.toSorted((a, b) => a.sentAt - b.sentAt) })).toContain(
      "sent again 2500 ms later, after 1 attempt lost to partition; 100 ms on the wire from n0.",
    );
  });

  it("blames the node that had it and did not show it", () => {
    expect(storyOf({ values: [lost] })).toContain("n2 had received it before, and did not show it");
  });

  it("names the node that lacked it at the end, although it was not lost", () => {
    const missing = { ...given, missingOn: [2], missedBy: [{ node: 2, at: 9000, final: true }] };
    const story = storyOf({ values: [missing], messages: [sent(0, 1, 1200, 1300)] });
    expect(story).toMatch(/^Value 7 was missing at the end on n2\n/);
    expect(story).toContain("It never reached n2.\nThe final read of n2, at 9.000 s, did not show it.");
    expect(story).toMatch(/Reads of other nodes showed it\.$/);
  });

  it("names the killed nodes that had it", () => {
    const kill = (node: string, from: number) => ({ kind: "kill", from, to: from + 500, detail: `${node} is killed` });
    const faults = [kill("n0", 1100), kill("n2", 1200), kill("n1", 1250)];
    const story = storyOf({ values: [lost], messages: [], faults });
    expect(story).toContain("Nodes that had it were down: n0 from 1.100 s to 1.600 s.\n");
  });

  it("says that no node ever sent it", () => {
    expect(storyOf({ values: [lost], messages: [] })).toContain("No message carried it: n0 never passed it on.");
  });

  it("does not claim an acknowledgement that never came", () => {
    const { receivedAt: _, acknowledgedAt: __, ...never } = lost;
    expect(storyOf({ values: [never] })).toContain("but the request never reached the node");
  });
});

describe("the stories of a run", () => {
  it("are those of lost values first, then of late ones, the latest first", () => {
    const values = [
      { ...given, value: 1, latency: 900 },
      { ...given, value: 2, latency: 1500 },
      { ...lost, value: 3 },
      { ...given, value: 4, latency: 1000 },
    ];
    const { stories, untold } = tellStories({ ...told, values }, 1000);
    expect(stories.map(({ heading }) => heading)).toEqual([
      "Value 3 was lost",
      "Value 2 was late: 1500 ms, not under 1000 ms",
      "Value 4 was late: 1000 ms, not under 1000 ms",
    ]);
    expect(untold).toBe(0);
  });

  it("are twelve at most, and further ones are counted", () => {
    const values = Array.from({ length: 40 }, (_, value) => ({ ...lost, value }));
    const { stories, untold } = tellStories({ ...told, values });
    expect([stories.length, untold]).toEqual([12, 28]);
  });

  it("are none when every value was everywhere at once", () => {
    expect(tellStories({ ...told, values: [{ ...given, latency: 0 }] }).stories).toEqual([]);
  });
});
