import type { Identity } from "../identity/identity.js";
import type { MemberId } from "../ports/transport.js";
import type { Session } from "./session.js";

/** The session of a node that does not take part: it sends nothing and ignores all events. */
export class IdleSession implements Session {
  readonly suspects = [];
  readonly targets = [];
  readonly confirming = [];
  readonly oneWay = 0;

  constructor(private readonly deps: { readonly identity: Identity }) {}

  get root(): MemberId {
    return this.deps.identity.members[0] ?? this.deps.identity.self;
  }

  membersChanged(members: readonly MemberId[]): "adapted" {
    this.deps.identity.membersChanged(members);
    return "adapted";
  }

  rttTo(): undefined {}
  start(): void {}
  enqueue(): void {}
  retentionChanged(): void {}
  compareWith(): void {}
  readonly awaitedDigests: readonly MemberId[] = [];
  probe(): void {}
  staleReceived(): void {}
  heardFrom(): void {}
  amnesiaSuspected(): void {}
  amnesiaDetected(): void {}
  parentClaimed(): void {}
  upcastArrived(): void {}
  scheduleReceived(): number {
    return 0;
  }
  ackReceived(): void {}
  ackRequested(): void {}
  lossDetected(): void {}
  gossipMerged(): void {}
  gossipOkReceived(): void {}
  flushAfter(): void {}
  digestReceived(): void {}
  summaryReceived(): void {}
  reportReceived(): void {}
  stableReceived(): void {}
  probeReceived(): void {}
  probeAnswered(): void {}
  memberLeft(): void {}
  flushAll(): void {}
  close(): void {}
}
