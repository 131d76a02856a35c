import { describe, expect, it } from "vitest";
import type { Summary } from "../../../src/domain/messages.js";
import { LoneNode } from "../../support/lone-node.js";

/** Seven members with two children each: n1 and n2 below n0, n3 and n4 below n1, n5 and n6 below n2. */
const memberOfSeven = (self: string, mode: "rounds" | "eager" | "window" = "rounds") =>
  new LoneNode({ self, size: 7, settings: { fanOut: 2, mode } });

describe("the lag of the members that confirm values to a node", () => {
  it("is that of its neighbours, and of a neighbour that it suspects", () => {
    const lone = memberOfSeven("n3");
    expect([...lone.node.status().lags.keys()]).toEqual(["n1"]);
    lone.accept("up");
    lone.runUntilSuspected("n1");
    const { lags } = lone.node.status();
    expect([...lags.keys()].sort()).toEqual(["n0", "n1"]);
    expect(lags.get("n0")?.values).toBe(1);
  });
});

describe("a client that wants members to be probed", () => {
  it("has each of them probed, but not the node itself", () => {
    const lone = memberOfSeven("n3");
    lone.node.probe(["n0", "n3", "n6"]);
    expect(lone.sentOf("probe").map(({ to }) => to)).toEqual(["n0", "n6"]);
  });
});

describe("a message with values in mode window", () => {
  it("is acknowledged at once, since no later message brings the acknowledgement", () => {
    const lone = memberOfSeven("n1", "window");
    lone.peer("n0").gossips(["value"]);
    expect(lone.sentOf("gossip_ok", "n0").map(({ body }) => body.ack.ranges)).toEqual([[[1, 1]]]);
  });
});

describe("a node in the middle of the tree", () => {
  it("passes new values on, and each only once", () => {
    const lone = memberOfSeven("n1");
    lone.peer("n3").gossips(["value"], { up: true });
    lone.run(3_000);
    const { length } = lone.valuesTo("n4");
    expect(length).toBe(1);
    lone.peer("n3").gossips([], { values: ["value"], dots: [["n3@1", 1, 1]], ages: [3_000], number: 2, up: true });
    lone.run(3_000);
    expect(lone.valuesTo("n4")).toEqual(["value"]);
  });

  it("corrects a member that takes it for a child although it is none", () => {
    const lone = memberOfSeven("n1");
    const round = { round: 1, next: 500, upcastBy: 500, period: 600 };
    lone.peer("n2").gossips(["value"], { round });
    expect(lone.sentOf("gossip_ok", "n2")).toHaveLength(1);
    lone.peer("n0").gossips(["value of the parent"], { round });
    expect(lone.sentOf("gossip_ok", "n0")).toHaveLength(0);
  });
});

describe("a summary of a member", () => {
  const summary = (more: Partial<Summary>): Summary => ({
    type: "summary",
    incarnation: 1,
    salt: 1,
    places: [null, null],
    known: [[]],
    reply: false,
    ...more,
  });
  const digestsTo = (lone: LoneNode) =>
    lone.sent.flatMap(({ to, body }) => (body.type === "digest" || body.type === "summary" ? [to] : []));

  it("is answered if it asks for that, and shows the member what it lacks", () => {
    const lone = memberOfSeven("n3");
    lone.accept("value");
    lone.run(10_000);
    lone.sent.length = 0;
    lone.peer("n6").says(summary({ verify: true }));
    expect(lone.valuesTo("n6")).toEqual(["value"]);
    expect(digestsTo(lone)).toContain("n6");
  });

  it("makes the node compare with its neighbours if it says that the node has lived before", () => {
    const lone = memberOfSeven("n1");
    lone.peer("n5").says(summary({}));
    lone.run(1_000);
    expect(digestsTo(lone)).toEqual([]);
    lone.peer("n5").says(summary({ reborn: true }));
    lone.run(1_000);
    expect(digestsTo(lone)).toEqual(["n0", "n3", "n4"]);
  });

  it("counts as a comparison if it asks for one, so that the member is not asked again", () => {
    const asked = (verify: boolean) => {
      const lone = memberOfSeven("n1");
      lone.peer("n3").says(summary(verify ? { verify } : {}));
      lone.sent.length = 0;
      lone.peer("n3").says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 0, ranges: [[1, 4]], held: 0 } });
      lone.run(0);
      return digestsTo(lone);
    };
    expect(asked(false)).toEqual(["n3"]);
    expect(asked(true)).toEqual([]);
  });
});

describe("a digest of a member that asks for one", () => {
  it("counts as a comparison, unlike one that does not", () => {
    const asked = (verify: boolean) => {
      const lone = memberOfSeven("n1");
      lone.peer("n3").digests([], verify ? { verify } : {});
      lone.sent.length = 0;
      lone.peer("n3").says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 0, ranges: [[1, 4]], held: 0 } });
      lone.run(0);
      return lone.sentOf("digest", "n3").length;
    };
    expect([asked(false), asked(true)]).toEqual([1, 0]);
  });
});

describe("a node that knows too much for a digest", () => {
  /** What the node sends `n6` first when it has to compare, after a probe of `n6`. */
  const compares = (question: { summaries?: boolean }) => {
    const lone = memberOfSeven("n3");
    const authors = Array.from({ length: 300 }, (_, index) => index);
    lone.peer("n1").gossips([], {
      values: authors.map((author) => `of ${author}`),
      dots: authors.map((author) => [`m${author}@1`, 1, 1]),
      ages: authors.map(() => 0),
    });
    lone.peer("n6").says({ type: "probe", incarnation: 1, number: 1, ...question });
    lone.sent.length = 0;
    lone.peer("n6").says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 0, ranges: [[1, 4]], held: 0 } });
    lone.run(0);
    return lone.sent.filter(({ to }) => to === "n6").map(({ body }) => body.type);
  };

  it("sends a summary to a member that has said that it understands it, and asks any other one first", () => {
    expect(compares({ summaries: true })).toEqual(["summary"]);
    expect(compares({})).toEqual(["probe"]);
  });
});

describe("a node that has just started", () => {
  it("compares with a random member, unless a member exchanges values with it: a probe does not count", () => {
    const hasCompared = (speak: (lone: LoneNode) => void) => {
      const lone = memberOfSeven("n3");
      speak(lone);
      lone.run(12_000);
      return lone.sentOf("digest").some(({ body }) => body.verify === true);
    };
    const ack = { incarnation: 1, ranges: [], held: 0 };
    expect(hasCompared((lone) => lone.peer("n1").says({ type: "gossip_ok", incarnation: 1, ack }))).toBe(false);
    expect(hasCompared((lone) => lone.peer("n1").gossips([]))).toBe(false);
    expect(hasCompared((lone) => lone.peer("n1").says({ type: "probe", incarnation: 1, number: 1 }))).toBe(true);
  });

  it("keeps what it has found out when a topology comes that does not change the tree", () => {
    const lone = memberOfSeven("n3");
    lone.accept("up");
    lone.runUntilSuspected("n1");
    lone.node.start(new Map());
    expect(lone.node.status().suspects).toEqual(["n1"]);
  });
});

describe("a probe of a member", () => {
  it("is answered with whether the node understands summaries only if it asks", () => {
    const lone = memberOfSeven("n3");
    lone.peer("n1").says({ type: "probe", incarnation: 1, number: 1 });
    lone.peer("n1").says({ type: "probe", incarnation: 1, number: 2, summaries: true });
    lone.peer("n1").says({ type: "probe", incarnation: 1, number: 3, summaries: false });
    expect(lone.sentOf("probe_ok", "n1").map(({ body }) => body)).toEqual([
      { type: "probe_ok", incarnation: 1, of: 1, number: 1, held: 0 },
      { type: "probe_ok", incarnation: 1, of: 1, number: 2, held: 0, summaries: true },
      { type: "probe_ok", incarnation: 1, of: 1, number: 3, held: 0 },
    ]);
  });

  it("measures a round trip when it is answered, and nothing when another number is", () => {
    const lone = memberOfSeven("n3");
    lone.node.probe(["n6"]);
    lone.run(80);
    const answer = { type: "probe_ok", incarnation: 1, of: 1, held: 0 } as const;
    const number = lone.sentOf("probe", "n6")[0]?.body.number ?? 0;
    lone.peer("n6").says({ ...answer, number: number + 1 });
    expect([...lone.node.status().roundTrips]).toEqual([]);
    lone.peer("n6").says({ ...answer, number });
    expect([...lone.node.status().roundTrips]).toEqual([["n6", 80]]);
  });
});
