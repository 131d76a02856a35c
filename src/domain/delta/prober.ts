import { PEER } from "../config.js";
import type { Identity } from "../identity/identity.js";
import type { Probe, ProbeOk } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";
import type { DeltaTracker } from "./delta-tracker.js";
import { Slot } from "./slot.js";

/** A probe without an answer. */
interface OpenProbe {
  readonly number: number;
  /** When the probe left, by this node's clock, in ms. */
  readonly sentAt: number;
}

/** Unanswered probes, the oldest first. */
const OPEN = new Slot<readonly OpenProbe[]>(() => []);

interface ProberDeps {
  readonly peers: DeltaTracker;
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Sends probes and matches their answers. Each answer measures a round trip, whichever service sent the probe. */
export class Prober {
  private lastNumber = 0;

  constructor(private readonly deps: ProberDeps) {}

  /**
   * Sends the member a probe.
   * @param question what it asks besides
   * @returns its number
   */
  send(member: MemberId, question: Pick<Probe, "summaries"> = {}): number {
    const number = ++this.lastNumber;
    const { slots } = this.deps.peers.of(member);
    const before = slots.of(OPEN);
    slots.set(OPEN, [...before, { number, sentAt: this.deps.clock.now() }].slice(-PEER.openProbes));
    this.deps.transport.send(member, {
      type: "probe",
      incarnation: this.deps.identity.incarnation,
      number,
      ...question,
    } satisfies Probe);
    return number;
  }

  /**
   * Handles an answer.
   * @returns the measured round trip in ms; `undefined` if no such probe of this incarnation is open
   */
  answered(from: MemberId, { of, number, held }: ProbeOk): number | undefined {
    if (of !== this.deps.identity.incarnation) return undefined;
    const { slots } = this.deps.peers.of(from);
    const before = slots.find(OPEN);
    if (before === undefined) return undefined;
    const probe = before.find((open) => open.number === number);
    if (probe === undefined) return undefined;
    const later = before.filter((open) => open.number > number);
    if (later.length > 0) slots.set(OPEN, later);
    else slots.clear(OPEN);
    return this.deps.clock.now() - probe.sentAt - held;
  }
}
