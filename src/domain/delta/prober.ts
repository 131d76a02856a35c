import { PEER } from "../config.js";
import type { Identity } from "../identity.js";
import type { ProbeOk } from "../messages.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId, Transport } from "../ports/transport.js";

/** A probe that was not answered yet. */
interface Waiting {
  readonly number: number;
  /** When it left, by this node's clock, in ms. */
  readonly sentAt: number;
}

interface ProberDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Sends probes, and tells which one an answer is for: so each answer measures a round trip, on whichever node. */
export class Prober {
  private lastNumber = 0;
  /** For each member, the oldest first. */
  private readonly waiting = new Map<MemberId, readonly Waiting[]>();

  constructor(private readonly deps: ProberDeps) {}

  /** Asks the member whether it is there. */
  send(member: MemberId): void {
    const number = ++this.lastNumber;
    const before = this.waiting.get(member) ?? [];
    this.waiting.set(member, [...before, { number, sentAt: this.deps.clock.now() }].slice(-PEER.openProbes));
    this.deps.transport.send(member, { type: "probe", incarnation: this.deps.identity.incarnation, number });
  }

  /**
   * Takes in an answer.
   * @returns the round trip that it measures, in ms; `undefined` if this life of this node awaits no such answer
   */
  answered(from: MemberId, { of, number, held }: ProbeOk): number | undefined {
    if (of !== this.deps.identity.incarnation) return undefined;
    const before = this.waiting.get(from) ?? [];
    const probe = before.find((waiting) => waiting.number === number);
    if (probe === undefined) return undefined;
    const later = before.filter((waiting) => waiting.number > number);
    if (later.length > 0) this.waiting.set(from, later);
    else this.waiting.delete(from);
    return this.deps.clock.now() - probe.sentAt - held;
  }

  /** No answer of the member is of interest any more. */
  forget(member: MemberId): void {
    this.waiting.delete(member);
  }
}
