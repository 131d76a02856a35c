import { describe, expect, it } from "vitest";
import { ALL_DOTS, DotSpans } from "../../../src/domain/values/dot-spans.js";
import { oweAck, soloMember } from "../support/stubs.js";

describe("Batcher", () => {
  it("keeps no state of a member for which nothing is pending: its peer could not rest", () => {
    const { clock, pacer, peers, batcher } = soloMember();
    pacer.leaves = () => undefined;
    batcher.schedule("n1");
    expect([peers.of("n1").slots.isEmpty, clock.nextDue()]).toEqual([true, undefined]);
  });

  it("counts on values that have no departure yet", () => {
    const { clock, pacer, accept } = soloMember();
    const asked: number[] = [];
    pacer.leaves = ({ count }) => {
      asked.push(count);
      return undefined;
    };
    accept("a");
    clock.advance(1);
    accept("b");
    expect(asked).toEqual([1, 1, 2, 2]);
  });

  it("keeps a departure that is set, even if nothing is pending in between", () => {
    const { clock, pacer, peers, transport, batcher } = soloMember();
    oweAck(peers.of("n1"));
    batcher.schedule("n1");
    pacer.leaves = () => undefined;
    batcher.schedule("n1");
    clock.advance(100);
    expect(transport.sent.map(({ body }) => body.type)).toEqual(["gossip_ok"]);
  });

  it("awaits no acknowledgement of a message without values", () => {
    const { peers, transport, batcher, departures } = soloMember();
    oweAck(peers.of("n1"));
    batcher.flush("n1");
    expect([transport.sent.length, departures]).toEqual([1, []]);
  });

  it("sends nothing to a member that lacks nothing after a comparison", () => {
    const { transport, batcher } = soloMember();
    batcher.repair("n1", new DotSpans([ALL_DOTS]));
    expect(transport.sent).toEqual([]);
  });

  it("marks nothing when it passes on the last values of a member that has left", () => {
    const { clock, log, pacer, batcher, gossipTo, accept } = soloMember();
    const acceptDirectly = (value: string, isDirect: boolean) => {
      clock.advance(1);
      pacer.isDirect = isDirect;
      accept(value);
    };
    acceptDirectly("a", true);
    acceptDirectly("b", false);
    pacer.isDirect = true;
    log.merge([["n2@1", 1, 1]], ["last words"], [0]);
    batcher.enqueue(undefined, 1, 0);
    acceptDirectly("c", false);
    acceptDirectly("d", true);
    clock.advance(100);
    expect(gossipTo("n1").map(({ values, dots, direct }) => [values, dots, direct])).toEqual([
      [
        ["a", "d"],
        [
          ["n0@1", 1, 1],
          ["n0@1", 4, 1],
        ],
        true,
      ],
      [
        ["b", "c", "last words"],
        [
          ["n0@1", 2, 2],
          ["n2@1", 1, 1],
        ],
        undefined,
      ],
    ]);
  });
});
