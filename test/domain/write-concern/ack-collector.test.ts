import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WRITE_CONCERN } from "../../../src/domain/config.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { OWN, collectingRoot as root } from "../support/collecting-root.js";

describe("a broadcast that waits for others", () => {
  it("is acknowledged once so many have said that they have the value", () => {
    const { clock, answers, broadcast, says, questions } = root();
    broadcast("a", "all");
    clock.advance(100);
    expect(questions()).toMatchObject([
      { to: "n1", count: 2, vector: [[OWN, [[1, 1]]]] },
      { to: "n2", count: 2, vector: [[OWN, [[1, 1]]]] },
    ]);
    says("n1", ["n1"], 1);
    expect(answers).toEqual([]);
    says("n2", ["n2"], 1);
    expect(answers).toEqual(["enough"]);
  });

  it("asks no more members than it needs", () => {
    const { clock, answers, broadcast, says, questions } = root();
    broadcast("a", 2);
    clock.advance(100);
    expect(questions()).toMatchObject([{ to: "n1", count: 1 }]);
    says("n1", ["n1"], 1);
    expect(answers).toEqual(["enough"]);
  });

  it("asks another one when the first does not answer", () => {
    const { clock, answers, broadcast, says, questions } = root();
    broadcast("a", 2);
    clock.advance(100);
    questions();
    clock.advance(1500);
    expect(questions()).toMatchObject([{ to: "n2", values: [] }]);
    says("n2", ["n2"], 1);
    expect(answers).toEqual(["enough"]);
  });

  it("counts nobody by guess: not what is on its way, assumed, or acknowledged as a message only", () => {
    const { clock, peers, log, answers, broadcast } = root();
    broadcast("a", 2);
    peers.of("n1").assume(log.known.ranges());
    peers.of("n2").confirm(log.known.ranges());
    clock.advance(3_500 - 1);
    expect(answers).toEqual([]);
  });

  it("counts itself only once the value is written down here", () => {
    const { clock, answers, broadcast, says } = root({ syncTime: 500 });
    broadcast("a", 2);
    clock.advance(100);
    says("n1", ["n1"], 1);
    expect(answers).toEqual([]);
    clock.advance(400);
    expect(answers).toEqual(["enough"]);
  });

  it("gives up after its timeout, and says who is missing", () => {
    const { clock, answers, broadcast, says } = root();
    broadcast("a", "all");
    says("n1", ["n1"], 1);
    clock.advance(3_500 - 1);
    expect(answers).toEqual([]);
    clock.advance(1);
    expect(answers).toEqual([{ known: 2, needed: 3, missing: ["n2"] }]);
    says("n2", ["n2"], 1);
    clock.advance(10_000);
    expect(answers).toHaveLength(1);
  });

  it("looks for who is missing, value in hand, before it gives up, and again", () => {
    const { clock, broadcast, says, questions } = root();
    broadcast("a", "all");
    says("n1", ["n1"], 1);
    const beforeSearch = 1_900;
    clock.advance(beforeSearch);
    questions();
    clock.advance(3_500 - beforeSearch);
    const asked = questions();
    expect(asked.length).toBeGreaterThan(2);
    for (const question of asked) expect(question).toMatchObject({ to: "n2", values: ["a"] });
  });

  it("asks about many values at once", () => {
    const { clock, broadcast, says, questions } = root();
    for (let value = 0; value < 100; value++) broadcast(`${value}`, "all");
    clock.advance(100);
    says("n1", ["n1"], 1, 100);
    expect(questions()).toMatchObject([
      { to: "n1", vector: [[OWN, [[1, 100]]]] },
      { to: "n2", vector: [[OWN, [[1, 100]]]] },
    ]);
  });

  it("also waits when the value was here before, and asks who has it already", () => {
    const { clock, peers, log, answers, broadcast, says, questions } = root();
    log.accept("a", 0);
    for (const member of ["n1", "n2"]) peers.of(member).confirm(log.known.ranges());
    broadcast("a", "all");
    expect(questions()).toMatchObject([
      { to: "n1", values: [] },
      { to: "n2", values: [] },
    ]);
    clock.advance(200);
    says("n1", ["n1"], 1);
    says("n2", ["n2"], 1);
    expect(answers).toEqual(["enough"]);
  });

  it("believes nobody about this node, or about who is no member", () => {
    const { clock, answers, broadcast, says } = root({ syncTime: 10_000 });
    broadcast("a", 2);
    says("n1", ["n0", "n7"], 1);
    clock.advance(3_500);
    expect(answers).toEqual([{ known: 0, needed: 2, missing: ["n0", "n1", "n2"] }]);
  });

  it("forgets what a member said in an earlier life", () => {
    const { clock, answers, broadcast, says, confirmation } = root();
    broadcast("a", "all");
    says("n1", ["n1"], 1);
    confirmation.peerRestarted("n1");
    says("n2", ["n2"], 1);
    clock.advance(3_500);
    expect(answers).toEqual([{ known: 2, needed: 3, missing: ["n1"] }]);
  });

  it("follows the members: all are those of now", () => {
    const { answers, broadcast, says, confirmation, identity } = root();
    broadcast("a", "all");
    says("n1", ["n1"], 1);
    identity.membersChanged(["n0", "n1"]);
    confirmation.membersChanged();
    expect(answers).toEqual(["enough"]);
    broadcast("b", "all");
    says("n1", ["n1"], 2);
    expect(answers).toHaveLength(2);
    broadcast("c", 2);
    identity.membersChanged(["n0"]);
    confirmation.membersChanged();
    expect(answers).toHaveLength(2);
  });

  it("asks another member if the one that it asked leaves", () => {
    const { peers, identity, broadcast, questions, confirmation } = root();
    for (const member of ["n1", "n2"]) peers.of(member).confirm([[OWN, 1, 1]]);
    broadcast("a", 2);
    expect(questions().map(({ to }) => to)).toEqual(["n1"]);
    identity.membersChanged(["n0", "n2"]);
    confirmation.membersChanged();
    expect(questions().map(({ to }) => to)).toEqual(["n2"]);
  });

  it("is not answered any more once the node has stopped", () => {
    const { clock, answers, broadcast, confirmation } = root();
    broadcast("a", "all");
    confirmation.stop();
    clock.advance(10_000);
    expect(answers).toEqual([]);
  });

  it("leaves no timer and no client behind once the node has stopped", () => {
    const { clock, answers, broadcast, says, confirmation } = root();
    broadcast("a", "all");
    clock.advance(100);
    confirmation.stop();
    says("n1", ["n1"], 1);
    says("n2", ["n2"], 1);
    expect(answers).toEqual([]);
    // Awaited replies are not either.
    expect(clock.nextDue()).toBeUndefined();
  });

  it("costs nothing more once it is answered, in time or not", () => {
    const { clock, broadcast, says, confirmation } = root();
    broadcast("a", 2);
    expect(confirmation.isQuerying).toBe(true);
    says("n1", ["n1"], 1);
    expect(confirmation.isQuerying).toBe(false);
    broadcast("b", "all");
    expect(confirmation.isQuerying).toBe(true);
    clock.advance(3_500);
    expect(confirmation.isQuerying).toBe(false);
  });

  it("asks everyone again when the node takes part again, and waits meanwhile", () => {
    const { clock, router, answers, broadcast, says, questions, confirmation } = root();
    broadcast("a", "all", 60_000);
    clock.advance(100);
    expect(questions()).toHaveLength(2);
    confirmation.close();
    says("n1", ["n1"], 1);
    clock.advance(5_000);
    expect([answers, questions()]).toEqual([[], []]);
    confirmation.connect(router);
    expect(questions().map(({ to }) => to)).toEqual(["n2"]);
    says("n2", ["n2"], 1);
    expect(answers).toEqual(["enough"]);
  });

  it("asks as many as it needs if it came before the node took part", () => {
    const { router, log, broadcast, peers, questions, confirmation } = root();
    confirmation.close();
    broadcast("a", 2);
    for (const member of ["n1", "n2"]) peers.of(member).confirm(log.known.ranges());
    confirmation.connect(router);
    expect(questions().map(({ to }) => to)).toEqual(["n1"]);
  });

  it("does not search for members if it is to follow the tree, but asks again each time that a client does", () => {
    const { clock, log, confirmation, questions, broadcast } = root();
    const follow = () => confirmation.await(OWN, 1, { nodes: "all", timeout: 20_000, followsTree: true }, () => {});
    broadcast("a", 1);
    expect(log.dotOf("a")).toEqual([OWN, 1]);
    follow();
    clock.advance(100);
    expect(questions().map(({ to }) => to)).toEqual(["n1", "n2"]);
    clock.advance(9_900);
    expect(questions()).toEqual([]);
    follow();
    expect(questions().map(({ to }) => to)).toEqual(["n1", "n2"]);
  });

  it("is not asked about twice because a second client waits for the same value", () => {
    const { clock, broadcast, questions } = root();
    broadcast("a", "all");
    clock.advance(100);
    expect(questions()).toHaveLength(2);
    broadcast("a", "all");
    expect(questions()).toEqual([]);
  });

  it("takes a member's word that it has the value, but does not take it from another one", () => {
    const { log, peers, broadcast, says } = root();
    broadcast("a", "all");
    says("n1", ["n2"], 1);
    expect(peers.of("n1").delta(log.known)).toEqual([[OWN, 1, 1]]);
    expect(peers.of("n2").delta(log.known)).toEqual([[OWN, 1, 1]]);
    says("n2", ["n1", "n2"], 1);
    expect(peers.of("n1").delta(log.known)).toEqual([[OWN, 1, 1]]);
    expect(peers.of("n2").delta(log.known)).toEqual([]);
  });
});

describe("a member that is asked", () => {
  it("answers for itself at once, if that is all", () => {
    const { clock, gets, asks, told } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 1);
    clock.advance(0);
    expect(told()).toEqual([{ to: "n1", by: ["n0"], vector: [["n1@1", [[1, 1]]]] }]);
  });

  it("lets the answer ride, if a message leaves soon enough", () => {
    const { clock, gets, asks, broadcast, messages } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 1, 500);
    broadcast("a", 1);
    clock.advance(99);
    expect(messages()).toEqual([]);
    // The timer of the answer was set first, for the same moment.
    clock.advance(100);
    const toAsker = messages().filter(({ to }) => to === "n1");
    expect(toAsker).toMatchObject([{ body: { type: "gossip", values: ["a"], confirmed: [{ by: ["n0"] }] } }]);
  });

  it("answers no later than that when the message does not leave: the asker's departure may be a few ms away", () => {
    const { clock, gets, asks, told } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 1, 500);
    clock.advance(99);
    expect(told()).toEqual([]);
    clock.advance(1);
    expect(told()).toHaveLength(1);
  });

  it("asks on, and names all who have it once they have answered", () => {
    const { clock, gets, asks, told, questions, confirmation } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 2);
    clock.advance(100);
    expect(questions()).toMatchObject([{ to: "n2", count: 1, values: ["x"] }]);
    clock.advance(200);
    expect(told()).toEqual([]);
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(0);
    expect(told()).toEqual([{ to: "n1", by: ["n0", "n2"], vector: [["n1@1", [[1, 1]]]] }]);
  });

  it("names those who have answered when others do not, and the others when they do after all", () => {
    const { clock, gets, asks, told, confirmation } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 2);
    clock.advance(1000);
    expect(told()).toMatchObject([{ to: "n1", by: ["n0"] }]);
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(0);
    expect(told()).toMatchObject([{ to: "n1", by: ["n0", "n2"] }]);
  });

  it("answers only once the value is written down", () => {
    const { clock, gets, asks, told } = root({ syncTime: 50 });
    gets("n1", "x");
    asks("n1", "n1@1", 1, 1);
    clock.advance(49);
    expect(told()).toEqual([]);
    clock.advance(1);
    expect(told()).toMatchObject([{ by: ["n0"] }]);
  });

  it("says nothing of what it does not have", () => {
    const { clock, gets, asks, told } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 2, 1);
    clock.advance(5000);
    expect(told()).toEqual([]);
  });

  it("answers again when it is asked again: the answer may be lost", () => {
    const { clock, gets, asks, told, confirmation } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 2);
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(500);
    expect(told()).toMatchObject([{ by: ["n0", "n2"] }]);
    asks("n1", "n1@1", 1, 1);
    clock.advance(0);
    expect(told()).toMatchObject([{ by: ["n0", "n2"] }]);
  });

  it("remembers no question for ever", () => {
    const { clock, gets, asks, told, confirmation } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 5);
    clock.advance(4_000 + 1000);
    told();
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(1000);
    expect(told()).toEqual([]);
    expect(confirmation.query("n2", [["n1@1", 1, 1]], false)).toBeUndefined();
  });
});

describe("a reply", () => {
  /** A reply to `n1`, which has asked about its value and allows 500 ms; the next message leaves for it then, if at all. */
  function reply(count: number, departure: number | undefined) {
    const { clock, pacer, gets, asks, messages, confirmation } = root();
    pacer.leaves = () => departure;
    gets("n1", "x");
    asks("n1", "n1@1", 1, count, 500);
    if (count > 1) confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    for (; clock.now() < 1_000; clock.advance(1)) {
      const [first] = messages().filter(({ to, body }) => to === "n1" && "confirmed" in body);
      if (first !== undefined) return clock.now();
    }
    return undefined;
  }

  it.each([
    ["at once if no message leaves in time", 1, 700, 1],
    ["as late as it may if it is unknown when a message leaves", 1, undefined, 500],
    ["after half of that time if other members had to be asked", 2, undefined, 250],
    ["with a message that leaves in time", 1, 300, 300],
    ["with a message that leaves at the last moment", 1, 500, 500],
  ])("leaves %s", (_, count, departure, at) => {
    expect(reply(count, departure)).toBe(at);
  });

  it("is not delayed by more than a correct member proposes", () => {
    const { clock, pacer, gets, asks, told } = root();
    pacer.leaves = () => undefined;
    gets("n1", "x");
    asks("n1", "n1@1", 1, 1, 60_000);
    clock.advance(1_000);
    expect(told()).toMatchObject([{ to: "n1", by: ["n0"] }]);
  });

  it("is followed by news of further members, together", () => {
    const { clock, gets, asks, told, confirmation } = root({ members: ["n0", "n1", "n2", "n3", "n4"] });
    const n2Replies = (...by: string[]) => confirmation.repliesReceived("n2", [{ by, vector: [["n1@1", [[1, 1]]]] }]);
    gets("n1", "x");
    asks("n1", "n1@1", 1, 5);
    n2Replies("n2");
    clock.advance(1);
    expect(told()).toMatchObject([{ by: ["n0", "n2"] }]);
    n2Replies("n3");
    n2Replies("n3", "n4");
    clock.advance(250 - 1);
    expect(told()).toEqual([]);
    clock.advance(1);
    expect(told().map(({ by }) => by)).toEqual([
      ["n0", "n2", "n3"],
      ["n0", "n2", "n3", "n4"],
    ]);
  });

  it("is not repeated without news", () => {
    const { clock, gets, asks, told, confirmation } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 5);
    for (let time = 0; time < 2; time++)
      confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(2_000);
    expect(told()).toHaveLength(1);
  });

  it("is dropped when the member that asked has restarted", () => {
    const { clock, pacer, gets, asks, told, confirmation } = root();
    pacer.leaves = () => undefined;
    gets("n1", "x");
    asks("n1", "n1@1", 1, 1, 500);
    confirmation.peerRestarted("n1");
    clock.advance(5_000);
    expect(told()).toEqual([]);
  });
});

describe("a member that cannot be asked for others", () => {
  it.each([
    ["not a neighbour in the tree", "n3", false],
    ["asked by a member that asks all others itself", "n1", true],
  ])("answers for itself at once if it is %s", (_, from, isDirect) => {
    const { clock, gets, messages, confirmation } = root({ members: ["n0", "n1", "n2", "n3"] });
    gets("n1", "x");
    gets("n3", "y");
    confirmation.queryReceived(from, { count: 3, within: 0, vector: [["n1@1", [[1, 1]]]] }, isDirect);
    clock.advance(200);
    const sent = messages().map(({ to, body }) => [to, "confirm" in body, "confirmed" in body]);
    expect(sent).toContainEqual([from, false, true]);
    expect(sent).toContainEqual(["n2", false, false]);
  });
});

describe("a question that is asked again", () => {
  it("is remembered from then on", () => {
    const { clock, gets, asks, told, confirmation } = root();
    gets("n1", "x");
    asks("n1", "n1@1", 1, 5);
    clock.advance(4_000 - 1_000);
    asks("n1", "n1@1", 1, 5);
    clock.advance(2_000);
    told();
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(1_000);
    expect(told()).toMatchObject([{ by: ["n0", "n2"] }]);
  });

  it("is forgotten when the node stops taking part, and its timer as well", () => {
    const { clock, pacer, router, gets, asks, told, confirmation } = root();
    pacer.leaves = () => undefined;
    gets("n1", "x");
    asks("n1", "n1@1", 1, 5);
    confirmation.close();
    expect(clock.nextDue()).toBeUndefined();
    confirmation.connect(router);
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(5_000);
    expect(told()).toEqual([]);
  });

  /** `n1` asks about so many values that answers are not remembered for all of them. */
  function many(count: number) {
    const bound = 10;
    const spy = vi.spyOn(WRITE_CONCERN, "queriesRemembered", "get").mockReturnValue(bound);
    onTestFinished(() => spy.mockRestore());
    const node = root();
    const { log, gets, confirmation } = node;
    const last = bound + 1;
    gets("n1", "x");
    log.merge(
      [["n1@1", 2, last - 1]],
      Array.from({ length: last }, (_, index) => index),
      [0],
    );
    const vector = [["n1@1", [[1, last]]]] as const;
    confirmation.queryReceived("n1", { count, within: 0, vector }, false);
    return { ...node, vector };
  }

  it("is answered anew if there were very many others, since answers are remembered for a bounded number of values", () => {
    const { clock, asks, told, confirmation, vector, answers, broadcast, says } = many(2);
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector }]);
    clock.advance(1_000);
    told();
    for (const number of [1, 2]) asks("n1", "n1@1", number, 1);
    clock.advance(0);
    expect(told().map(({ by, vector }) => [by, vector])).toEqual([
      [["n0"], [["n1@1", [[1, 1]]]]],
      [["n0", "n2"], [["n1@1", [[2, 2]]]]],
    ]);
    // A client does not lose its place.
    broadcast("a", "all");
    says("n1", ["n1"], 1);
    says("n2", ["n2"], 1);
    expect(answers).toEqual(["enough"]);
  });

  it("is not forgotten before it is answered, however many others there are", () => {
    const { clock, told, confirmation } = many(2);
    clock.advance(500);
    told();
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(1_000);
    expect(told().map(({ by, vector }) => [by, vector])).toEqual([[["n0", "n2"], [["n1@1", [[1, 1]]]]]]);
  });

  it("leaves no timer if it is about nothing that is here", () => {
    const { clock, asks } = root();
    asks("n1", "n1@1", 1, 1);
    expect(clock.nextDue()).toBeUndefined();
  });
});

it("what nobody waits for costs nothing", () => {
  const { confirmation, log } = root();
  log.accept("a", 0);
  confirmation.heldByOthers(VersionVector.of([[OWN, 1, 1]]));
  expect(confirmation.query("n1", [[OWN, 1, 1]], false)).toBeUndefined();
  expect(confirmation.replies("n1", 1000)).toBeUndefined();
});
