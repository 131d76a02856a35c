import { describe, expect, it } from "vitest";
import { Batcher } from "../../../src/domain/batching/batcher.js";
import { WRITE_CONCERN } from "../../../src/domain/config.js";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";
import type { AckQuery, AckReply, Gossip } from "../../../src/domain/messages.js";
import type { Journal } from "../../../src/domain/ports/journal.js";
import { VersionVector } from "../../../src/domain/values/version-vector.js";
import { AckCollector } from "../../../src/domain/write-concern/ack-collector.js";
import { AckRouter } from "../../../src/domain/write-concern/ack-router.js";
import type { UnmetWriteConcern, WriteConcern } from "../../../src/domain/write-concern/write-concern.js";
import { soloMember } from "../support/stubs.js";

const OWN = "n0@1";

/** `n0`, the root of `n1` and `n2`, which can be asked; its journal takes `syncTime` ms. */
function root({ syncTime = 0, members = ["n0", "n1", "n2"] } = {}) {
  const { clock, transport, identity, log, peers, pacer } = soloMember();
  identity.membersChanged(members);
  const journal: Journal = {
    append: () => {},
    sync: (whenDurable) => {
      if (syncTime === 0) whenDurable();
      else clock.schedule(syncTime, whenDurable);
    },
    close: () => {},
  };
  const confirmation = new AckCollector({ identity, clock, values: log, peers, journal });
  const batcher = new Batcher({ identity, transport, clock, values: log, peers, pacer, piggyback: confirmation });
  const position = { parent: undefined, children: ["n1", "n2"], shortcuts: [], level: 0, heightBelow: 1, height: 1 };
  const roundTrips = new RttEstimator({ clock, peers });
  confirmation.connect(
    new AckRouter({ identity, clock, peers, batcher, pacer, overlay: position, rtt: roundTrips }, 500),
  );
  const answers: (UnmetWriteConcern | "enough")[] = [];
  const broadcast = (value: string, nodes: WriteConcern["nodes"], timeout = 3500) => {
    const isNew = log.accept(value, clock.now());
    const [author, number] = log.dotOf(value) as readonly [string, number];
    confirmation.await(author, number, { nodes, timeout }, (shortfall) => answers.push(shortfall ?? "enough"));
    if (isNew) batcher.enqueue(undefined, 1, clock.now());
  };
  const says = (from: string, by: readonly string[], first: number, last = first) =>
    confirmation.repliesReceived(from, [{ by, vector: [[OWN, [[first, last]]]] }]);
  const messages = () => transport.sent.splice(0);
  const questions = () =>
    messages().flatMap(({ to, body }) => {
      const { confirm, values } = body as Gossip & { confirm?: AckQuery };
      return confirm === undefined ? [] : [{ to, ...confirm, values }];
    });
  const told = () =>
    messages().flatMap(({ to, body }) =>
      ((body as { confirmed?: readonly AckReply[] }).confirmed ?? []).map((answer) => ({ to, ...answer })),
    );
  /** n1 or n2 sends a value of its own, or asks about one. */
  const gets = (from: string, value: string, number = 1) => {
    const author = `${from}@1`;
    peers.of(from).observeIncarnation(1);
    peers.of(from).incoming.add(number, 1, clock.now());
    log.merge([[author, number, 1]], [value], [clock.now()]);
    peers.of(from).confirm([[author, number, 1]]);
    batcher.enqueue(from, 1, clock.now());
  };
  const asks = (from: string, author: string, number: number, count: number, within = 0) =>
    confirmation.queryReceived(from, { count, within, vector: [[author, [[number, number]]]] }, false);
  return {
    clock,
    peers,
    log,
    identity,
    confirmation,
    answers,
    broadcast,
    says,
    messages,
    questions,
    told,
    gets,
    asks,
  };
}

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
    clock.advance(WRITE_CONCERN.timeout - 1);
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
    clock.advance(WRITE_CONCERN.timeout - 1);
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
    const beforeSearch = WRITE_CONCERN.timeout - WRITE_CONCERN.searchTime - WRITE_CONCERN.searchTogether;
    clock.advance(beforeSearch);
    questions();
    clock.advance(WRITE_CONCERN.timeout - beforeSearch);
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
    clock.advance(WRITE_CONCERN.timeout);
    expect(answers).toEqual([{ known: 0, needed: 2, missing: ["n0", "n1", "n2"] }]);
  });

  it("forgets what a member said in an earlier life", () => {
    const { clock, answers, broadcast, says, confirmation } = root();
    broadcast("a", "all");
    says("n1", ["n1"], 1);
    confirmation.peerRestarted("n1");
    says("n2", ["n2"], 1);
    clock.advance(WRITE_CONCERN.timeout);
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

  it("is not answered any more once the node has stopped", () => {
    const { clock, answers, broadcast, confirmation } = root();
    broadcast("a", "all");
    confirmation.stop();
    clock.advance(10_000);
    expect(answers).toEqual([]);
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
    clock.advance(WRITE_CONCERN.queryMemory + 1000);
    told();
    confirmation.repliesReceived("n2", [{ by: ["n2"], vector: [["n1@1", [[1, 1]]]] }]);
    clock.advance(1000);
    expect(told()).toEqual([]);
    expect(confirmation.query("n2", [["n1@1", 1, 1]], false)).toBeUndefined();
  });
});

it("what nobody waits for costs nothing", () => {
  const { confirmation, log } = root();
  log.accept("a", 0);
  confirmation.heldByOthers(VersionVector.of([[OWN, 1, 1]]));
  expect(confirmation.query("n1", [[OWN, 1, 1]], false)).toBeUndefined();
  expect(confirmation.replies("n1", 1000)).toBeUndefined();
});
