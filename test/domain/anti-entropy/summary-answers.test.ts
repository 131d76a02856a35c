import { describe, expect, it } from "vitest";
import type { Summary } from "../../../src/domain/messages.js";
import { inOrder, partsIn } from "../../../src/domain/values/dot-spans.js";
import { fingerprint } from "../../../src/domain/values/fingerprint.js";
import { knowledgeableMember } from "../support/comparing-member.js";

function knowing() {
  const solo = knowledgeableMember();
  const settled = inOrder(solo.log.known.ranges());
  const hears = (summary: Partial<Summary>) =>
    solo.antiEntropy.summaryReceived("n1", {
      type: "summary",
      incarnation: 1,
      salt: 1,
      places: [null, null],
      known: [null],
      reply: false,
      ...summary,
    });
  const summaries = () => solo.transport.sent.flatMap(({ body }) => (body.type === "summary" ? [body] : []));
  return { ...solo, settled, hears, summaries };
}

describe("the answer to a summary", () => {
  it("has a fingerprint for a span where both have the same, if the summary asks for an answer", () => {
    const answers = (verify: boolean) => {
      const { settled, hears, summaries } = knowing();
      hears({ known: [fingerprint(settled, 1)], ...(verify && { verify }) });
      return summaries().map(({ places, known, salt, reply }) => [places, known, reply, fingerprint(settled, salt)]);
    };
    const [answer] = answers(true);
    expect(answer).toEqual([[null, null], [answer?.[3]], false, answer?.[3]]);
    expect(answers(false)).toEqual([]);
  });

  it("has a list for a listed span, and a fingerprint for one where both have the same", () => {
    const { settled, hears, summaries } = knowing();
    const [middle, end] = [["m5", 1] as const, ["m9", 1] as const];
    const [same, listed] = [partsIn(settled, [null, middle]), partsIn(settled, [middle, end])];
    hears({ places: [null, middle, end], known: [fingerprint(same, 1), []], verify: true });
    const [answer] = summaries();
    expect(summaries()).toHaveLength(1);
    expect(answer?.places).toEqual([null, middle, end]);
    expect(answer?.known[0]).toBe(fingerprint(same, answer?.salt ?? 0));
    expect(answer?.known[1]).toHaveLength(listed.length);
  });

  it("says what is deleted in a span, even if the summary asks for nothing, and only then", () => {
    const answers = (isDeleted: boolean) => {
      const { log, hears, summaries } = knowing();
      if (isDeleted) log.compact([["m7@1", 1, 1]]);
      hears({
        places: [
          ["m6", 1],
          ["m7", 1],
          ["m8", 1],
        ],
        known: [[], []],
      });
      return summaries().map(({ places, gone, reply }) => [places, gone, reply]);
    };
    const deleted = [["m7@1", [[1, 1]]]];
    expect(answers(false)).toEqual([]);
    expect(answers(true)).toEqual([
      [[], deleted, false],
      [
        [
          ["m7", 1],
          ["m8", 1],
        ],
        undefined,
        false,
      ],
    ]);
  });

  it("asks for an answer about differing spans in any case, if the node awaits the digest of the member", () => {
    const flags = (isAwaited: boolean) => {
      const { clock, antiEntropy, peers, hears, summaries } = knowing();
      peers.of("n1").readsSummaries = true;
      if (isAwaited) antiEntropy.requestDigest("n1");
      clock.advance(0);
      const before = summaries().length;
      hears({ known: [12_345] });
      return summaries()
        .slice(before)
        .map(({ reply, verify }) => [reply, verify]);
    };
    expect(flags(false)).toEqual([[true, undefined]]);
    expect(flags(true)).toEqual([[true, true]]);
  });
});

describe("a member that has sent a summary", () => {
  it("is sent one as well, without the question whether it understands it", () => {
    const { clock, antiEntropy, transport, hears } = knowing();
    hears({});
    antiEntropy.requestDigest("n1");
    clock.advance(0);
    expect(transport.sent.map(({ body }) => body.type)).toEqual(["summary"]);
  });

  it("has what it lists, and gets the rest of the span", () => {
    const { hears, gossipTo } = knowing();
    hears({
      places: [
        ["m70", 1],
        ["m72", 1],
      ],
      known: [[["m70@1", [[1, 1]]]]],
    });
    expect(gossipTo("n1").flatMap(({ values }) => values)).toEqual([71]);
  });
});
