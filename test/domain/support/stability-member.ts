import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { StabilityDetector } from "../../../src/domain/batching/eager/stability-detector.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import type { StabilityReport, StableVector } from "../../../src/domain/messages.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";
import type { WireVector } from "../../../src/domain/values/version-vector.js";
import { RecordingTransport } from "./stubs.js";

/** How long a report waits for gossip that its acknowledgements could ride on, in ms. */
export const DELAY = 4000;

/** The member `self` of `n0` (the root), `n1`, `n2`. */
export function member(self: string, maxMessageBytes?: number) {
  const clock = new FakeClock();
  const transport = new RecordingTransport(maxMessageBytes);
  const identity = new Identity({ self, members: ["n0", "n1", "n2"] }, { incarnation: 1 });
  const log = new ValueLog(identity.actor);
  const peers = new DeltaTracker({ values: log });
  const asked: string[] = [];
  const doubted: string[] = [];
  /** The root is the first member that is not suspected. */
  const overlay = {
    get root() {
      return identity.members.find((member) => !peers.of(member).isSuspect) ?? self;
    },
  };
  const settlement = new StabilityDetector(
    { identity, transport, clock, values: log, peers, overlay },
    { acknowledgementDelay: DELAY },
  );
  settlement.memberBehind.connect((member) => asked.push(member));
  settlement.rootSilent.connect((member) => doubted.push(member));
  /** A value of another member comes by gossip. */
  const gossip = (from: string, number: number) => {
    log.merge([[`${from}@1`, number, 1]], [`${from}-${number}`], [clock.now()]);
    peers.of(from).incoming.owedSince ??= clock.now();
    settlement.gossipReceived();
  };
  const sent = <Message extends StabilityReport | StableVector>(type: Message["type"]) =>
    transport.sent.flatMap(({ to, body }) => (body.type === type ? [{ to, vector: (body as Message).vector }] : []));
  return { clock, transport, identity, log, peers, settlement, asked, doubted, gossip, sent };
}

/** A report in one message. */
export const holdings = (vector: WireVector): StabilityReport => ({ type: "holdings", incarnation: 1, vector });
