import type { Acknowledgement } from "../messages.js";
import type { DotRange } from "../values/dot.js";
import { VersionVector } from "../values/version-vector.js";
import { Knowledge } from "./knowledge.js";
import { ReceiveWindow } from "./receive-window.js";
import { type AcknowledgementNews, type SendOptions, SendWindow } from "./send-window.js";
import { Slots } from "./slot.js";

/** Which incarnation of a peer speaks: the known one, the first one, a newer one, or one that is over. */
export type IncarnationChange = "known" | "first" | "restarted" | "stale";

/**
 * Everything that this node knows about one member; dropped as a whole when the member leaves. Invariants:
 * - a message of a stale incarnation changes nothing here, not even `lastHeardAt`;
 * - a restarted peer knows nothing of what was sent to it before, and numbers its messages from 1;
 * - the numbers of messages to the peer never repeat within one incarnation of this node;
 * - what is sent to a suspect is assumed to arrive and not remembered: its digest tells what it lacks when it is back.
 */
export class Peer {
  readonly knowledge = new Knowledge();
  readonly incoming = new ReceiveWindow();
  readonly outgoing: SendWindow;
  /** What the services keep about the peer until the session ends. */
  readonly slots = new Slots();
  health: "alive" | "suspect" = "alive";
  /** When something last came from the peer in this session, by this node's clock, in ms; `undefined` if nothing did. */
  lastHeardAt: number | undefined;

  /**
   * @param firstNumber the number of the first message to the peer
   * @param incarnation the peer's, if it is known from before
   */
  constructor(
    firstNumber = 1,
    private incarnation?: number,
  ) {
    this.outgoing = new SendWindow(firstNumber);
  }

  /** The latest incarnation of the peer that is known; `undefined` before it has spoken. */
  get knownIncarnation(): number | undefined {
    return this.incarnation;
  }

  get isSuspect(): boolean {
    return this.health === "suspect";
  }

  /** Notes which incarnation of the peer speaks; see the invariants above. */
  observeIncarnation(incarnation: number): IncarnationChange {
    if (this.incarnation === incarnation) return "known";
    const change = this.incarnation === undefined ? "first" : "restarted";
    if (this.incarnation !== undefined) {
      if (incarnation < this.incarnation) return "stale";
      this.knowledge.clear();
      this.outgoing.clear();
    }
    this.incarnation = incarnation;
    this.incoming.reset();
    return change;
  }

  /** What of `known` the peer lacks, and is not being sent already. */
  delta(known: VersionVector): DotRange[] {
    return this.knowledge.delta(known);
  }

  /** The number and base for the next message, which carries `dots`. */
  send(dots: readonly DotRange[], now: number, options: SendOptions = {}): { number: number; base: number } {
    const number = this.outgoing.nextMessage();
    if (options.isExtra !== true) {
      if (this.isSuspect) this.knowledge.assume(dots);
      else if (dots.length > 0) {
        this.outgoing.track(number, dots, now, options);
        this.knowledge.cover(dots);
      }
    }
    // A message that is not remembered is settled as it leaves, but still has to say where it stands.
    return { number, base: this.outgoing.baseOf(number) };
  }

  /** An acknowledgement of all that has come and still matters, for a message that leaves now; absent if nothing ever came. */
  acknowledge(now: number): Acknowledgement | undefined {
    return this.incoming.acknowledge(this.incarnation, now);
  }

  /**
   * Takes in an acknowledgement of this node's messages.
   * @param patience after how long a message that is not among them must be lost, not on its way, in ms
   */
  acknowledged(ack: Acknowledgement, now: number, patience: number): AcknowledgementNews {
    const news = this.outgoing.acknowledge(ack, { now, patience }, (dots) => this.knowledge.confirm(dots));
    if (news.lost > 0) this.recount();
    return news;
  }

  /** The peer has these dots. */
  confirm(dots: Iterable<DotRange>): void {
    this.knowledge.confirm(dots);
  }

  /** The peer is being told of these dots by another member; unless a digest shows otherwise, this node need not do it. */
  assume(dots: Iterable<DotRange>): void {
    this.knowledge.assume(dots);
  }

  /** Some of what was assumed turned out to be wrong. */
  retractAssumed(dots: Iterable<DotRange>): void {
    this.knowledge.retractAssumed(dots);
    this.recount();
  }

  /** The peer, like every member, has all of `common`: what was on its way and is part of that has arrived. */
  confirmStable(common: VersionVector): void {
    for (const { dots } of this.outgoing.takeOut((sent) => common.covers(VersionVector.of(sent)))) this.confirm(dots);
  }

  /**
   * The peer's own word on what it has, and the last one: whatever else was believed of it, by acknowledgements, by what
   * the root said, or by guess, counts as unsent again. So a lie lasts until the next digest, and takes no memory after that.
   * @param young what the peer may have got since it wrote the digest
   */
  reconcile(vector: VersionVector, young: VersionVector, now: number): void {
    this.knowledge.replace(vector, young);
    // The answer to this is not requested any more: if it got lost, the acknowledgement of what has come tells.
    for (const { isUpcast } of this.outgoing.takeOut((sent) => this.knowledge.seen.covers(VersionVector.of(sent))))
      if (isUpcast && !this.incoming.isEmpty) this.incoming.owedSince ??= now;
    this.recount();
  }

  /** Gives up on the messages that left at `time` or before. Their values become part of the delta again. */
  giveUpUntil(time: number): void {
    if (this.outgoing.giveUpUntil(time) > 0) this.recount();
  }

  /** The peer does not answer: nothing is awaited, and what it misses is for its digest to tell when it is back. */
  markSuspect(): void {
    this.health = "suspect";
    this.outgoing.clear();
    this.recount();
  }

  markAlive(): void {
    this.health = "alive";
  }

  /** This node has a new incarnation. */
  restartNumbering(): void {
    this.outgoing.restart();
    this.recount();
  }

  /** The session is over: the next one suspects no member, and its services know nothing of this one yet. */
  endSession(): void {
    this.slots.clearAll();
    this.lastHeardAt = undefined;
    this.markAlive();
  }

  private recount(): void {
    this.knowledge.recount(this.outgoing.inFlight());
  }
}
