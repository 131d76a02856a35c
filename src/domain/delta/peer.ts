import type { Acknowledgement } from "../messages.js";
import type { Stretch } from "../values/arrivals.js";
import type { DotRange } from "../values/dot.js";
import { ALL_DOTS, DotSpans } from "../values/dot-spans.js";
import { VersionVector } from "../values/version-vector.js";
import { Knowledge, type KnowledgeMarks } from "./knowledge.js";
import type { OwnValues } from "./peer-vector.js";
import { ReceiveWindow } from "./receive-window.js";
import { type AcknowledgementNews, type SendOptions, SendWindow } from "./send-window.js";
import { Slots } from "./slot.js";

/** Relation of a message's incarnation to the known one: the same, the first, a newer one, or an older one. */
export type IncarnationChange = "known" | "first" | "restarted" | "stale";

/** Everything about a peer at rest: nothing is under way to or from it, and no service has a state of it. */
export interface RestingPeer {
  /** The number of the first message to the peer. */
  readonly firstNumber: number;
  /** The highest number of a message to the peer; the number before the first one if there was none. */
  readonly lastNumber: number;
  /** The peer's latest incarnation; `undefined` before its first message. */
  readonly incarnation: number | undefined;
  /** See `Peer.lastHeardAt`. */
  readonly lastHeardAt: number | undefined;
  readonly sendsToAll: boolean;
  readonly readsSummaries: boolean | undefined;
  readonly marks: KnowledgeMarks;
}

/** Of the peers that never sent a numbered message, or never got one: most members of a large cluster. Both stay as they are. */
const NEVER_RECEIVED = new ReceiveWindow();
const NEVER_SENT = new SendWindow(1);

/**
 * Everything that this node knows about one member. It is dropped as a whole when the member leaves. Invariants:
 * - a message of a stale incarnation changes nothing here, not even `lastHeardAt`;
 * - a restarted peer has none of the values that were sent to it before, and numbers its messages from 1;
 * - the numbers of messages to the peer never repeat within one incarnation of this node;
 * - messages to a suspect are assumed to arrive and are not tracked: its digest shows what it lacks when it returns.
 */
export class Peer {
  private received = NEVER_RECEIVED;
  private sent = NEVER_SENT;
  /** State that the services keep about the peer until the session ends. */
  readonly slots = new Slots();
  health: "alive" | "suspect" = "alive";
  /** When the last message of the peer in this session came, by this node's clock, in ms; `undefined` if none came. */
  lastHeardAt: number | undefined;
  /** Whether the peer's last values of its own went to every member directly. */
  sendsToAll = false;
  /** Whether the peer understands summaries; `undefined` while unknown. */
  readsSummaries: boolean | undefined;

  /**
   * @param firstNumber the number of the first message to the peer
   * @param incarnation the peer's latest incarnation, if known
   * @param knowledge what the peer has
   */
  constructor(
    private firstNumber = 1,
    private incarnation?: number,
    readonly knowledge = new Knowledge(),
  ) {}

  /** The peer that rested. */
  static woken(resting: RestingPeer, own?: OwnValues): Peer {
    const { firstNumber, lastNumber } = resting;
    const peer = new Peer(firstNumber, resting.incarnation, new Knowledge(own, resting.marks));
    if (lastNumber >= firstNumber) peer.sent = new SendWindow(firstNumber, lastNumber);
    peer.lastHeardAt = resting.lastHeardAt;
    peer.sendsToAll = resting.sendsToAll;
    peer.readsSummaries = resting.readsSummaries;
    return peer;
  }

  /** The peer at rest; `undefined` if there is more to know. Another `Peer` takes its place when it is needed again. */
  get atRest(): RestingPeer | undefined {
    const { firstNumber, lastNumber, incarnation, lastHeardAt, sendsToAll, readsSummaries } = this;
    if (this.isSuspect || !this.slots.isEmpty || !this.sent.isBlank || !this.received.isBlank) return undefined;
    const { marks } = this.knowledge;
    return marks && { firstNumber, lastNumber, incarnation, lastHeardAt, sendsToAll, readsSummaries, marks };
  }

  /** The numbered messages of the peer. */
  get incoming(): ReceiveWindow {
    if (this.received === NEVER_RECEIVED) this.received = new ReceiveWindow();
    return this.received;
  }

  /** The numbered messages to the peer. */
  get outgoing(): SendWindow {
    if (this.sent === NEVER_SENT) this.sent = new SendWindow(this.firstNumber);
    return this.sent;
  }

  /** Whether messages to the peer are not acknowledged yet. */
  get isUnsettled(): boolean {
    return !this.sent.isEmpty;
  }

  /** The highest number of a message to the peer, or the number before the first one if there was no message. */
  get lastNumber(): number {
    return this.sent === NEVER_SENT ? this.firstNumber - 1 : this.sent.lastNumber;
  }

  /** The peer's latest known incarnation; `undefined` before its first message. */
  get knownIncarnation(): number | undefined {
    return this.incarnation;
  }

  /** Since when the peer has been owed an acknowledgement, and has been missing one of its messages; see `ReceiveWindow`. */
  get owed(): Pick<Readonly<ReceiveWindow>, "owedSince" | "gapSince"> {
    return this.received;
  }

  /** The peer is owed no acknowledgement. */
  nothingOwed(): void {
    this.received.owedSince = undefined;
  }

  get isSuspect(): boolean {
    return this.health === "suspect";
  }

  /** Compares the incarnation of a message with the known one, and adopts a newer one. */
  observeIncarnation(incarnation: number): IncarnationChange {
    if (this.incarnation === incarnation) return "known";
    const change = this.incarnation === undefined ? "first" : "restarted";
    if (this.incarnation !== undefined) {
      if (incarnation < this.incarnation) return "stale";
      this.knowledge.clear();
      this.sent.clear();
    }
    this.incarnation = incarnation;
    this.readsSummaries = undefined;
    this.received = NEVER_RECEIVED;
    return change;
  }

  /** The dots of `known` that the peer lacks and that are not in flight to it. */
  delta(known: VersionVector): readonly DotRange[] {
    return this.knowledge.delta(known);
  }

  /** The dots of `known` that the peer is neither known nor assumed to have. Some may be in flight. */
  unconfirmed(known: VersionVector): VersionVector {
    const unconfirmed = VersionVector.of(this.delta(known));
    const inFlight = VersionVector.of(this.sent.doubtful());
    unconfirmed.merge(this.knowledge.lacking(known.meet(inFlight)));
    return unconfirmed;
  }

  /** Registers a message that leaves with `dots`; returns its number and base. */
  send(dots: readonly DotRange[], now: number, options: SendOptions = {}): { number: number; base: number } {
    const number = this.outgoing.nextMessage();
    if (options.isExtra !== true) {
      if (this.isSuspect) this.knowledge.assume(dots);
      else if (dots.length > 0) {
        this.outgoing.track(number, dots, now, options);
        this.knowledge.cover(dots);
      }
    }
    // Even a message that is not tracked carries a base.
    return { number, base: this.outgoing.baseOf(number) };
  }

  /**
   * Returns an acknowledgement for a message that leaves now; `undefined` if nothing ever came.
   *
   * A message without a number does not acknowledge what an answer in flight acknowledges. Otherwise the peer would request
   * nothing if that answer was lost, and would not notice a gap in the numbers either.
   */
  acknowledge(now: number, { isNumbered }: { readonly isNumbered: boolean }): Acknowledgement | undefined {
    return this.received.acknowledge(this.incarnation, now, isNumbered ? [] : this.sent.answered());
  }

  /**
   * Handles an acknowledgement of this node's messages.
   * @param patience age from which a missing message counts as lost, not as late, in ms
   */
  acknowledged(ack: Acknowledgement, now: number, patience: number): AcknowledgementNews {
    const news = this.outgoing.acknowledge(ack, { now, patience }, (dots) => this.knowledge.confirm(dots));
    if (news.lost > 0) this.recount();
    return news;
  }

  /**
   * The peer has these dots.
   * @param stretch where they arrived here, if they are exactly the dots of a stretch
   */
  confirm(dots: Iterable<DotRange>, stretch?: Stretch): void {
    this.knowledge.confirm(dots, stretch);
  }

  /** Another member sends the peer these dots, so this node need not, unless a digest shows otherwise; see `confirm`. */
  assume(dots: Iterable<DotRange>, stretch?: Stretch): void {
    this.knowledge.assume(dots, stretch);
  }

  /** Some assumed dots turned out to be missing. */
  retractAssumed(dots: Iterable<DotRange>): void {
    this.knowledge.retractAssumed(dots);
    this.recount();
  }

  /**
   * Every member has all of `common`, so messages in flight with no other dots have arrived. The peer learns the same, and
   * may not request an answer that gets lost.
   */
  confirmStable(common: VersionVector): void {
    this.doubtAnswers();
    for (const { dots } of this.sent.takeOut((sent) => common.covers(VersionVector.of(sent)))) this.confirm(dots);
  }

  /**
   * Replaces the knowledge by the peer's digest. Dots that were believed to be there, because of acknowledgements, the
   * root's word or an assumption, count as unsent again. So a false claim lasts until the next digest and takes no
   * memory after it.
   * @param young dots that the peer may have received since it wrote the digest
   * @param scope the dots that the digest is about: `vector` has no others; default: all
   */
  reconcile(vector: VersionVector, young: VersionVector, now: number, scope = new DotSpans([ALL_DOTS])): void {
    this.knowledge.replace(vector, young, scope);
    // The acknowledgement of these messages is not requested any more. If it was lost, an acknowledgement of the
    // peer's messages informs it.
    for (const { isUpcast } of this.sent.takeOut((sent) => this.knowledge.hasSeen(VersionVector.of(sent))))
      if (isUpcast && !this.received.isEmpty) this.received.owedSince ??= now;
    // The peer may have suspected this node meanwhile, and requests nothing since. An answer that it lacks is lost.
    this.sent.giveUpTrusted((dots) => scope.touches(dots));
    this.doubtAnswers();
    this.recount();
  }

  /**
   * A digest or a stability vector has left for the peer, or has come from it. It may show the peer that its values have
   * arrived, or the peer may have suspected this node before. In both cases the peer may not request an answer that gets lost.
   */
  doubtAnswers(): void {
    this.received.awaited = undefined;
    this.sent.distrustAnswers();
  }

  /**
   * Gives up the messages that left at `time` or before. Their values belong to the delta again.
   * @param scope only those with dots in it; default: all
   */
  giveUpUntil(time: number, scope?: DotSpans): void {
    if (this.sent.giveUpUntil(time, (dots) => scope?.touches(dots) !== false) > 0) this.recount();
  }

  /** The peer is unreachable. No acknowledgement is awaited, and its digest will show what it lacks when it returns. */
  markSuspect(): void {
    this.health = "suspect";
    this.sent.clear();
    this.recount();
  }

  markAlive(): void {
    this.health = "alive";
  }

  /** This node has a new incarnation. */
  restartNumbering(): void {
    this.firstNumber = 1;
    this.sent = NEVER_SENT;
    this.recount();
  }

  /** The session has ended. The next one starts without suspects and without state of the services. */
  endSession(): void {
    this.slots.clearAll();
    this.knowledge.dropReport();
    this.lastHeardAt = undefined;
    this.markAlive();
  }

  private recount(): void {
    this.knowledge.recount(this.sent.inFlight());
  }
}
