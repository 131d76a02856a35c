import { PEER } from "../config.js";
import type { Identity } from "../identity.js";
import type { ProbeOk } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import type { DeltaTracker } from "./delta-tracker.js";
import { Slot } from "./slot.js";

/** A probe that was not answered yet. */
interface Waiting {
  readonly number: number;
  /** When it left, by this node's clock, in ms. */
  readonly sentAt: number;
}

/** Probes that may still be answered, the oldest first. */
const OPEN = new Slot<readonly Waiting[]>(() => []);

interface ProberDeps {
  readonly peers: DeltaTracker;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Sends probes, and tells which one an answer is for: so each answer measures a round trip, on whichever node. */
export class Prober {
  private lastNumber = 0;

  constructor(private readonly deps: ProberDeps) {}

  /** Asks the member whether it is there. */
  send(member: MemberId): void {
    const number = ++this.lastNumber;
    const { slots } = this.deps.peers.of(member);
    const before = slots.of(OPEN);
    slots.set(OPEN, [...before, { number, sentAt: this.deps.clock.now() }].slice(-PEER.openProbes));
    this.deps.transport.send(member, { type: "probe", incarnation: this.deps.identity.incarnation, number });
  }

  /**
   * Takes in an answer.
   * @returns the round trip that it measures, in ms; `undefined` if this life of this node awaits no such answer
   */
  answered(from: MemberId, { of, number, held }: ProbeOk): number | undefined {
    if (of !== this.deps.identity.incarnation) return undefined;
    const { slots } = this.deps.peers.of(from);
    const before = slots.of(OPEN);
    const probe = before.find((waiting) => waiting.number === number);
    if (probe === undefined) return undefined;
    const later = before.filter((waiting) => waiting.number > number);
    slots.set(OPEN, later);
    return this.deps.clock.now() - probe.sentAt - held;
  }
}
