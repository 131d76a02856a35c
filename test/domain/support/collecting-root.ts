import { Batcher } from "../../../src/domain/batching/batcher.js";
import { RttEstimator } from "../../../src/domain/delta/rtt-estimator.js";
import type { AckQuery, AckReply, Gossip } from "../../../src/domain/messages.js";
import type { Journal } from "../../../src/domain/ports/journal.js";
import { AckCollector } from "../../../src/domain/write-concern/ack-collector.js";
import { AckRouter } from "../../../src/domain/write-concern/ack-router.js";
import type { UnmetWriteConcern, WriteConcern } from "../../../src/domain/write-concern/write-concern.js";
import { soloMember } from "./stubs.js";

/** The actor of the values of the root's clients. */
export const OWN = "n0@1";

/** `n0`, the root of `n1` and `n2`, which can be asked; its journal takes `syncTime` ms. */
export function collectingRoot({ syncTime = 0, members = ["n0", "n1", "n2"] } = {}) {
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
  const router = new AckRouter({ identity, clock, peers, batcher, pacer, overlay: position, rtt: roundTrips }, 500);
  confirmation.connect(router);
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
    pacer,
    router,
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
