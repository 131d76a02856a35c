import { describe, expect, it } from "vitest";
import { HEALING_TIME } from "../../src/domain/config.js";
import type { Journal } from "../../src/domain/ports/journal.js";
import type { RetentionPolicy } from "../../src/domain/retention/retention.js";
import { LoneNode } from "../support/lone-node.js";

/** A leaf of a star of five, whose root is n0. */
const leaf = (isStarted = true) => new LoneNode({ self: "n3", size: 5, isStarted });
/** A member that sends its values to everyone at once. */
const eager = () => new LoneNode({ self: "n3", size: 5, settings: { mode: "eager" } });

describe("a node before its topology", () => {
  it("accepts values and sends nothing until 10 s have passed", () => {
    const lone = leaf(false);
    lone.node.standBy();
    lone.accept("mine");
    lone.run(9_999);
    expect(lone.node.values()).toEqual(["mine"]);
    expect(lone.sent).toEqual([]);
    lone.run(1);
    expect(lone.valuesTo("n0")).toEqual(["mine"]);
  });

  it("sends waiting values once it may", () => {
    const lone = leaf(false);
    lone.accept("mine");
    lone.run(500);
    lone.node.start(new Map());
    lone.run(0);
    expect(lone.valuesTo("n0")).toEqual(["mine"]);
  });

  it("takes part as soon as a member speaks to it", () => {
    const lone = leaf(false);
    lone.accept("mine");
    lone.peer("n0").says({ type: "probe", incarnation: 1, number: 1 });
    lone.run(0);
    expect(lone.sentOf("probe_ok", "n0").map(({ body }) => body.number)).toEqual([1]);
    expect(lone.valuesTo("n0")).toEqual(["mine"]);
  });
});

describe("a node that gets a message", () => {
  it("drops an invalid one with one log line", () => {
    const lone = leaf();
    lone.node.receive("n0", { type: "gossip", values: "none" });
    expect(lone.lines).toHaveLength(1);
    expect(lone.lines[0]).toContain("n0");
    expect(lone.node.values()).toEqual([]);
  });

  it("answers a probe at once", () => {
    const lone = leaf();
    lone.peer("n1", 7).says({ type: "probe", incarnation: 7, number: 3 });
    expect(lone.sentOf("probe_ok", "n1").map(({ body }) => body)).toMatchObject([{ of: 7, number: 3, held: 0 }]);
  });

  it("stores a value once, however often it comes, under the dot of its first author", () => {
    const lone = leaf();
    const root = lone.peer("n0");
    root.gossips(["value"]);
    root.gossips([], { values: ["value"], dots: [["n0@1", 1, 1]], ages: [10] });
    lone.peer("n1").gossips(["value"]);
    expect(lone.node.dotted()).toMatchObject([{ author: "n0@1", number: 1, value: "value" }]);
  });

  it("does not believe messages that claim to come from itself", () => {
    const lone = leaf();
    lone.peer("n0").gossips([], { values: ["forged"], dots: [["n3@1", 1, 1]], ages: [0] });
    expect(lone.node.values()).toEqual([]);
  });

  it("acknowledges at once on request", () => {
    const lone = leaf();
    lone.peer("n0").gossips(["value"], { ask: true });
    expect(lone.sentOf("gossip_ok", "n0").map(({ body }) => body.ack)).toEqual([
      { incarnation: 1, ranges: [[1, 1]], held: 0 },
    ]);
  });

  it("does not pass on values that their author sends to everyone", () => {
    const lone = new LoneNode({ self: "n0", size: 5 });
    lone.peer("n1").gossips(["direct"], { direct: true });
    lone.run(5000);
    expect(lone.sentOf("gossip").flatMap(({ body }) => body.values)).toEqual([]);
  });

  it("passes on values of other authors, even if the sender claims to send them to everyone", () => {
    const lone = new LoneNode({ self: "n0", size: 5 });
    lone.peer("n1").gossips([], { values: ["another's"], dots: [["n4@1", 1, 1]], ages: [0], direct: true });
    lone.run(1000);
    expect(lone.valuesTo("n2")).toEqual(["another's"]);
  });
});

describe("a restarted peer", () => {
  it("is asked for its values, and told that it has lived before", () => {
    const lone = leaf();
    lone.peer("n0", 1).gossips(["before"]);
    lone.peer("n0", 2).gossips(["after"]);
    lone.run(0);
    expect(lone.sentOf("digest", "n0").map(({ body }) => body)).toMatchObject([{ verify: true, reborn: true }]);
  });

  it("is ignored in its earlier life", () => {
    const lone = leaf();
    lone.peer("n0", 2).gossips(["present"]);
    lone.peer("n0", 1).gossips(["past"]);
    expect(lone.node.values()).toEqual(["present"]);
  });
});

describe("a node that others remember from an earlier life", () => {
  it("asks the peer that acknowledges messages of that life for forgotten values", () => {
    const lone = leaf();
    lone.peer("n0").says({ type: "gossip_ok", incarnation: 1, ack: { incarnation: 0, ranges: [[1, 4]], held: 0 } });
    lone.run(10);
    expect(lone.sentOf("digest", "n0").map(({ body }) => body.verify)).toEqual([true]);
  });

  it("asks the peer whose numbers do not begin at 1", () => {
    const lone = leaf();
    lone.peer("n0").gossips(["value"], { number: 5 });
    lone.run(10);
    expect(lone.sentOf("digest", "n0").map(({ body }) => body.verify)).toEqual([true]);
  });
});

describe("a digest", () => {
  it("is answered with this node's digest if it asks for it", () => {
    const lone = leaf();
    lone.accept("value");
    lone.peer("n1").digests([["n3@1", [[1, 1]]]], { verify: true });
    expect(lone.sentOf("digest", "n1").map(({ body }) => body.vector)).toEqual([[["n3@1", [[1, 1]]]]]);
  });

  it("is not answered if it lacks nothing and asks for nothing", () => {
    const lone = leaf();
    lone.peer("n1").digests([], { reply: true });
    expect(lone.sent).toEqual([]);
  });
});

describe("a client's value", () => {
  it("is accepted once, and acknowledged each time a client sends it", () => {
    const lone = eager();
    const answers: unknown[] = [];
    for (const value of ["same", "same"]) lone.node.broadcast(value, (unmet) => answers.push(unmet));
    lone.run(100);
    expect(answers).toEqual([undefined, undefined]);
    for (const peer of ["n0", "n1", "n2", "n4"]) expect(lone.valuesTo(peer)).toEqual(["same"]);
  });

  it("causes no message if the node has an equal one, not even the acknowledgement that it still owes", () => {
    const lone = leaf();
    lone.peer("n0").gossips(["value"]);
    lone.accept("value");
    lone.run(3_000);
    expect(lone.sent).toEqual([]);
  });

  it("is refused with the missing members if too few confirm it in time", () => {
    const lone = eager();
    const answers: unknown[] = [];
    lone.node.broadcast("value", (shortfall) => answers.push(shortfall), { nodes: 3, timeout: 3500 });
    lone.run(3499);
    expect(answers).toEqual([]);
    lone.run(1);
    expect(answers).toEqual([{ known: 1, needed: 3, missing: ["n0", "n1", "n2", "n4"] }]);
  });
});

describe("the status of a node", () => {
  /** A leaf whose root announces a round trip of 50 ms, and which has measured nothing. */
  const hinted = () => {
    const lone = leaf();
    const round = { round: 1, next: 500, upcastBy: 500, period: 600, roundTrip: 50, spread: 0 };
    lone.peer("n0").gossips(["value"], { round });
    return lone;
  };

  it("has the round trips that were measured, without those that are assumed", () => {
    const lone = hinted();
    expect([...lone.node.status().roundTrips]).toEqual([]);
    lone.accept("mine");
    lone.run(600);
    lone.peer("n0").acknowledges();
    expect([...lone.node.status().roundTrips.keys()]).toEqual(["n0"]);
  });

  it("has what the root lacks, also before any message to it", () => {
    const lone = leaf();
    lone.accept("one", "two");
    expect([...lone.node.status().backlog]).toEqual([["n0", 2]]);
  });
});

describe("a node that stops", () => {
  it("sends pending messages at once, and nothing more", () => {
    const lone = leaf();
    const root = lone.peer("n0");
    lone.accept("first");
    lone.run(200);
    root.acknowledges({ round: 1, next: 1000, upcastBy: 1000, period: 1000 });
    lone.accept("pending");
    lone.node.stop();
    expect(lone.valuesTo("n0")).toEqual(["first", "pending"]);
    const { length } = lone.sent;
    lone.run(600_000);
    expect(lone.sent).toHaveLength(length);
  });
});

describe("a client that waits for all that the node has accepted", () => {
  /** Answers to a client, with the messages of `n0` about the node's own values. */
  function waiting(nodes: number) {
    const lone = eager();
    const answers: unknown[] = [];
    const wait = () => lone.node.confirmLatest((unmet) => answers.push(unmet), { nodes, timeout: 10_000 });
    const confirms = (number: number) =>
      lone.peer("n0").says({
        type: "gossip_ok",
        incarnation: 1,
        ack: { incarnation: 1, ranges: [], held: 0 },
        confirmed: [{ by: ["n0"], vector: [["n3@1", [[1, number]]]] }],
      });
    return { lone, answers, wait, confirms };
  }

  it("is answered at once if there is nothing, or if the node alone is enough", () => {
    const nothing = waiting(2);
    nothing.wait();
    const alone = waiting(1);
    alone.lone.accept("value");
    alone.wait();
    expect([nothing.answers, alone.answers]).toEqual([[undefined], [undefined]]);
  });

  it("is answered once enough members have the latest value", () => {
    const { lone, answers, wait, confirms } = waiting(2);
    lone.accept("one", "two");
    wait();
    lone.run(100);
    confirms(1);
    expect(answers).toEqual([]);
    confirms(2);
    expect(answers).toEqual([undefined]);
  });
});

describe("a client's value that another member has accepted before", () => {
  it("is confirmed once enough members have it under its first dot", () => {
    const lone = eager();
    lone.peer("n0").gossips(["value"]);
    lone.accept("another value");
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(unmet), { nodes: 2, timeout: 10_000 });
    lone.run(100);
    const reply = (actor: string) =>
      lone.peer("n0").says({
        type: "gossip_ok",
        incarnation: 1,
        ack: { incarnation: 1, ranges: [], held: 0 },
        confirmed: [{ by: ["n0"], vector: [[actor, [[1, 1]]]] }],
      });
    reply("n3@1");
    expect(answers).toEqual([]);
    reply("n0@1");
    expect(answers).toEqual([undefined]);
  });

  it("needs nobody else in a cluster of one, however many are all", () => {
    const lone = new LoneNode({ self: "n0", size: 1 });
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(unmet), { nodes: "all", timeout: 10_000 });
    expect(answers).toEqual([undefined]);
  });
});

describe("a node that has stopped", () => {
  it("ignores messages, and tells its clients nothing more", () => {
    const lone = eager();
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(unmet), { nodes: 2, timeout: 1_000 });
    lone.node.stop();
    lone.peer("n0").gossips(["late"]);
    lone.run(10_000);
    expect([answers, lone.node.values()]).toEqual([[], ["value"]]);
  });
});

describe("an earlier life of a member", () => {
  /** Types of the messages to `n4` after its earlier life has spoken. */
  const answersTo = (hasLeft: boolean) => {
    const lone = leaf();
    lone.peer("n4", 2).says({ type: "probe", incarnation: 2, number: 1 });
    if (hasLeft) lone.node.regroup(["n0", "n1", "n2", "n3"]);
    lone.sent.length = 0;
    lone.peer("n4", 1).says({ type: "probe", incarnation: 1, number: 1 });
    return lone.sent.filter(({ to }) => to === "n4").map(({ body }) => body);
  };

  it("is told which one is known, unless the member has left", () => {
    expect(answersTo(false)).toEqual([{ type: "stale", incarnation: 1, known: 2 }]);
    expect(answersTo(true)).toEqual([]);
  });

  it("is known again if the member comes back", () => {
    const lone = leaf();
    lone.peer("n4", 2).says({ type: "probe", incarnation: 2, number: 1 });
    lone.node.regroup(["n0", "n1", "n2", "n3"]);
    lone.node.regroup(["n0", "n1", "n2", "n3", "n4"]);
    lone.sent.length = 0;
    lone.peer("n4", 1).gossips(["past"]);
    expect(lone.node.values()).toEqual([]);
    lone.peer("n4", 2).gossips(["present"]);
    expect(lone.node.values()).toEqual(["present"]);
  });
});

describe("a client that needs this node alone", () => {
  it("waits for its journal, however long that takes", () => {
    const waiting: (() => void)[] = [];
    const journal: Journal = { append: () => {}, sync: (whenDurable) => waiting.push(whenDurable), close: () => {} };
    const lone = new LoneNode({ self: "n3", size: 5, journal });
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(["value", unmet]), { nodes: 1, timeout: 10 });
    lone.node.confirmLatest((unmet) => answers.push(["latest", unmet]), { nodes: 1, timeout: 10 });
    lone.run(1_000);
    expect(answers).toEqual([]);
    for (const whenDurable of waiting) whenDurable();
    expect(answers).toEqual([
      ["value", undefined],
      ["latest", undefined],
    ]);
  });

  it("waits as long if the node is all there is", () => {
    const journal: Journal = { append: () => {}, sync: () => {}, close: () => {} };
    const lone = new LoneNode({ self: "n0", size: 1, journal });
    const answers: unknown[] = [];
    lone.node.broadcast("value", (unmet) => answers.push(unmet), { nodes: "all", timeout: 10 });
    lone.run(1_000);
    expect(answers).toEqual([]);
  });
});

describe("the values of a node", () => {
  it("are those that it has, apart from those that are gone", () => {
    const lone = new LoneNode({ self: "n3", size: 5, replica: { missed: () => {} } });
    lone.accept("mine");
    expect([lone.node.has("mine"), lone.node.has("another")]).toEqual([true, false]);
    expect(lone.node.gone()).toEqual([]);
    lone.peer("n0").digests([], { gone: [["n0@1", [[1, 3]]]] });
    expect(lone.node.gone()).toEqual([["n0@1", 1, 3]]);
    expect(lone.node.values()).toEqual(["mine"]);
  });

  it("are deleted under new limits without waiting for a new value", () => {
    let limits: RetentionPolicy = {};
    const retentionGroups = { limitsOf: () => limits, all: () => [limits] };
    const lone = new LoneNode({ self: "n3", size: 5, replica: { retentionGroups } });
    for (const value of ["old", "new"]) {
      lone.accept(value);
      lone.run(1_000);
      lone.peer("n0").acknowledges();
    }
    lone.run(HEALING_TIME);
    limits = { maxCount: 1 };
    lone.run(120_000);
    expect(lone.node.values()).toEqual(["old", "new"]);
    lone.node.retentionChanged();
    lone.run(120_000);
    expect(lone.node.values()).toEqual(["new"]);
  });
});

describe("a value that another member turns out to have", () => {
  it("is confirmed by that member although no message brings it there", () => {
    const lone = leaf();
    lone.peer("n0").gossips([], { round: { round: 1, next: 5_000, upcastBy: 5_000, period: 5_000 } });
    lone.node.broadcast("value", () => {}, { nodes: 2, timeout: 60_000 });
    lone.run(0);
    expect(lone.sent).toEqual([]);
    lone.peer("n0").digests([["n3@1", [[1, 1]]]]);
    lone.run(0);
    const queries = lone.sentOf("gossip", "n0").map(({ body }) => [body.values, body.confirm?.vector]);
    expect(queries).toEqual([[[], [["n3@1", [[1, 1]]]]]]);
  });
});
