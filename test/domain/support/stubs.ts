import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { Batcher } from "../../../src/domain/batching/batcher.js";
import type { Pacer, Pending } from "../../../src/domain/batching/pacer.js";
import type { Piggyback } from "../../../src/domain/batching/piggyback.js";
import { RoundlessPacer } from "../../../src/domain/batching/roundless-pacer.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import type { Peer } from "../../../src/domain/delta/peer.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import type { PeerMessage } from "../../../src/domain/messages.js";
import type { MemberId, Transport } from "../../../src/domain/ports/transport.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

/** A transport that only notes what is sent. */
export class RecordingTransport implements Transport {
  readonly sent: { to: MemberId; body: PeerMessage }[] = [];
  constructor(readonly maxMessageBytes = 2 ** 23) {}
  send(to: string, body: object): void {
    this.sent.push({ to, body: body as PeerMessage });
  }
  onMessage(): void {}
  async close(): Promise<void> {}
}

/** Times of the stub pacer, in ms: until a batch leaves, until its acknowledgement is due, and until an answer comes. */
export const STUB_TIMES = { departure: 100, ack: 1000, answer: 200 };

/** A pacer whose departures a test sets: by default a batch leaves after `STUB_TIMES.departure`. */
class StubPacer extends RoundlessPacer implements Pacer {
  piggybacksAcks = true;
  isDirect = false;
  override isLossy = false;
  override isCalm = true;
  followsTree = true;
  leaves: (pending: Pending) => number | undefined = () => this.clock.now() + STUB_TIMES.departure;
  constructor(
    private readonly clock: FakeClock,
    private readonly others: readonly MemberId[],
  ) {
    super();
  }
  neighbours(): readonly MemberId[] {
    return this.others;
  }
  targets(from: MemberId | undefined): readonly MemberId[] {
    return this.others.filter((neighbour) => neighbour !== from);
  }
  departure(_neighbour: MemberId, pending: Pending): number | undefined {
    return this.leaves(pending);
  }
  ackDue(_neighbour: MemberId, sentAt: number, _isDirect = false): number {
    return sentAt + STUB_TIMES.ack;
  }
  answerTime(): number {
    return STUB_TIMES.answer;
  }
}

/** Nothing rides along. */
const NOTHING: Piggyback = { isQuerying: false, query: () => undefined, replies: () => undefined };

/** Lets a message of the peer arrive whose acknowledgement is owed. */
export function oweAck(peer: Peer): void {
  peer.observeIncarnation(4);
  peer.incoming.add(1, 1, 0);
  peer.incoming.owedSince = 0;
}

/** One member, `n0` of `n0`, `n1`, `n2`, with all that a batcher needs. */
export function soloMember(maxMessageBytes?: number) {
  const clock = new FakeClock();
  const transport = new RecordingTransport(maxMessageBytes);
  const identity = new Identity({ self: "n0", members: ["n0", "n1", "n2"] }, { incarnation: 1 });
  const log = new ValueLog(identity.actor, () => {}, { missed: () => {} });
  const peers = new DeltaTracker({ values: log });
  log.followedBy(peers);
  const pacer = new StubPacer(clock, ["n1", "n2"]);
  const departures: MemberId[] = [];
  const batcher = new Batcher({ identity, transport, clock, values: log, peers, pacer, piggyback: NOTHING });
  batcher.sent.connect((member) => departures.push(member));
  const gossipTo = (neighbour: MemberId) =>
    transport.sent.flatMap(({ to, body }) => (to === neighbour && body.type === "gossip" ? [body] : []));
  const accept = (value: string | number) => {
    log.accept(value, clock.now());
    batcher.enqueue(undefined, 1, clock.now());
  };
  return { clock, transport, identity, log, peers, pacer, batcher, departures, gossipTo, accept };
}
