import type { Batcher } from "../batching/batcher.js";
import { ANTI_ENTROPY, INCARNATION } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Prober } from "../delta/prober.js";
import type { RttEstimator } from "../delta/rtt-estimator.js";
import { Slot } from "../delta/slot.js";
import type { Identity, MemberChoice } from "../identity/identity.js";
import { memberIndex } from "../identity/member-index.js";
import type { Digest, ProbeOk, Summary } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Random } from "../ports/random.js";
import type { MemberId, Transport } from "../ports/transport.js";
import { Signal } from "../signal.js";
import { actorOf, type DotRange, isIncarnationOf } from "../values/dot.js";
import { ALL_DOTS, type DotSpan, DotSpans, inOrder, partsIn } from "../values/dot-spans.js";
import { fingerprint } from "../values/fingerprint.js";
import type { ValueLog } from "../values/value-log.js";
import { VersionVector } from "../values/version-vector.js";
import { CatchUp } from "./catch-up.js";
import { type DigestFlags, DigestWriter } from "./digest-writer.js";
import { QuietCheck } from "./quiet-check.js";
import type { AntiEntropyPace, Reconciliation } from "./reconciliation.js";
import { sectionsOf } from "./summary.js";

const NONE = new VersionVector();

/** The tree as this node sees it. */
export interface View {
  /** The members that this node suspects. */
  readonly suspects: readonly MemberId[];
  /** Whether this node is the root of all members that it reaches. */
  readonly isRoot: boolean;
  /** The root of the tree that this node is in. */
  readonly root: MemberId;
}

/** A request for a member's digest. */
interface DigestRequest {
  /** Number of requests in a row before this one. */
  readonly attempts: number;
  /** Whether an earlier request to the member is still unanswered. */
  readonly isSent: boolean;
  /** Whether the request marks the member as restarted. */
  readonly hasRestarted: boolean;
}

/** The next request to a member whose digest is awaited. */
interface PlannedRequest {
  readonly cancel: CancelTask;
  /** Whether a request has been sent before. */
  readonly isSent: boolean;
  /** The member's incarnation, and the dots that its summaries have been about so far. */
  readonly covered: { readonly incarnation: number; readonly dots: DotSpans } | undefined;
}

const REQUEST = new Slot<PlannedRequest>(
  () => ({ cancel: () => {}, isSent: false, covered: undefined }),
  ({ cancel }) => cancel(),
);

/** The check whether the values have come that a digest of a member has shown. */
interface Expectation {
  readonly cancel: CancelTask;
  /** Whether the check is still to come. */
  readonly isPending: boolean;
  /** Number of checks in a row that missed values. */
  readonly failures: number;
}

const NOTHING_EXPECTED: Expectation = { cancel: () => {}, isPending: false, failures: 0 };
const EXPECTED = new Slot<Expectation>(
  () => NOTHING_EXPECTED,
  ({ cancel }) => cancel(),
);

interface AntiEntropyDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly batcher: Batcher;
  readonly prober: Prober;
  readonly rtt: Pick<RttEstimator, "measuredTo">;
  readonly overlay: View;
  readonly reconciliation: Reconciliation;
}

/**
 * Finds differences that the normal traffic has missed. From time to time the node sends a digest of everything that it
 * knows to a random partner, and the two reconcile. This needs no common view of the tree. The interval follows Trickle
 * (RFC 6206): it drops to the shortest after a sign of trouble and doubles from there up to the longest.
 */
export class AntiEntropy {
  private interval: number;
  private cancel: CancelTask | undefined;
  /** Number of values at the last check, time of the last increase, and time of the last digest. */
  private news = { values: 0, cameAt: Number.NEGATIVE_INFINITY, sentAt: Number.NEGATIVE_INFINITY };

  /** Emitted when a member leaves several requests for its digest unanswered. */
  readonly unanswered = new Signal<MemberId>();

  private partners: MemberChoice;
  private readonly pace: AntiEntropyPace;
  private readonly writer: DigestWriter;
  private readonly catchUp: CatchUp;
  private readonly quietCheck: QuietCheck;
  /** The member that sent the last new value; `undefined` if a client did. */
  private informant: MemberId | undefined;

  constructor(private readonly deps: AntiEntropyDeps) {
    const { partners, pace } = deps.reconciliation;
    this.partners = partners;
    this.pace = pace;
    this.interval = pace.longest;
    this.writer = new DigestWriter(deps, () => this.catchUp.isUnderWay);
    this.catchUp = new CatchUp(deps, {
      ...deps.reconciliation,
      compare: () => this.sendToPartner({ reply: true, verify: true }),
      partners: () => this.partners.length,
      longestPause: pace.longest,
    });
    this.quietCheck = new QuietCheck(deps, pace.settleTime, () => this.sendToSuccessor());
  }

  start(): void {
    if (this.partners.length === 0) return;
    this.scheduleNext();
    // The proposal has a fixed interval and no requests after the start.
    if (!this.isFixed) this.catchUp.start();
  }

  /**
   * Requests the digest of each neighbour after a restart from a journal, since the previous incarnation may not have
   * sent everything to them. If no neighbour answers, random members are asked.
   */
  syncAfterRestart(neighbours: readonly MemberId[]): void {
    this.catchUp.startSoon();
    for (const neighbour of neighbours) this.requestDigest(neighbour);
  }

  /** Whether the interval is fixed, as in the proposal. */
  private get isFixed(): boolean {
    return this.pace.shortest === this.pace.longest;
  }

  /** The member has sent gossip or an acknowledgement of it. A probe, for example, shows nothing about values. */
  heardFrom(member: MemberId): void {
    if (!this.catchUp.isUnderWay) return;
    const { identity, peers } = this.deps;
    const theirs = peers.of(member).knownIncarnation ?? identity.incarnation;
    const seniority = (identity.incarnation - theirs) / INCARNATION.perMillisecond;
    this.catchUp.heardFrom(member, seniority > ANTI_ENTROPY.seniority);
  }

  /** Replaces the partners. Views differ while members join and leave, so the interval drops to the shortest. */
  partnersChanged(partners: MemberChoice): void {
    this.partners = partners;
    if (this.cancel === undefined) this.start();
    this.inconsistencySuspected();
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.catchUp.end();
    this.quietCheck.close();
  }

  /** New values have come. @param informant the member that sent them; absent if clients did */
  valuesCame(informant?: MemberId): void {
    if (this.isFixed || this.cancel === undefined) return;
    this.informant = informant;
    this.quietCheck.restart();
  }

  /** Shortens the interval after a sign of trouble, such as a loss, a gap or a suspect. */
  inconsistencySuspected(): void {
    if (this.interval === this.pace.shortest || this.cancel === undefined) return;
    this.interval = this.pace.shortest;
    this.cancel();
    this.scheduleNext();
  }

  /**
   * Requests the digest of a new neighbour or a returning member until it comes. Several reasons lead to one request.
   * The digest of the member cancels it.
   * @param delay how long the member has to send its digest first, in ms; one digest in each direction is enough
   * @param hasRestarted whether the member has just restarted
   */
  requestDigest(member: MemberId, delay = 0, hasRestarted = false): void {
    // Earlier callers wait for the same digest.
    const isSent = this.requestTo(member)?.isSent === true;
    this.cancelRequest(member);
    this.requestIn(delay, member, { attempts: 0, isSent, hasRestarted });
  }

  /**
   * Requests the digest of each member, unless a request is planned or under way.
   * @param delay in ms
   */
  requestDigests(members: readonly MemberId[], delay: number): void {
    for (const member of members) if (this.requestTo(member) === undefined) this.requestDigest(member, delay);
  }

  /** The members whose digest is requested, or will be. */
  get awaitedDigests(): readonly MemberId[] {
    return [...this.deps.peers.with(REQUEST)].map(([member]) => member);
  }

  /** Cancels a request that has not been sent yet. The answer to a request that has been sent is still useful. */
  cancelUnsent(member: MemberId): void {
    if (this.requestTo(member)?.isSent === false) this.cancelRequest(member);
  }

  /** Cancels the request, since the digest is not needed any more. */
  cancelRequest(member: MemberId): void {
    this.deps.peers.clear(member, REQUEST);
  }

  /** Handles a digest: sends the values that its sender lacks, and requests the values that this node lacks. */
  receive(from: MemberId, digest: Digest): void {
    this.compared(from, digest);
    const theirs = VersionVector.fromWire(digest.vector);
    if (digest.gone !== undefined) this.deps.values.compactTo(VersionVector.fromWire(digest.gone));
    const gone = this.deps.values.compactedBeyond(theirs);
    this.reconcile(from, digest, { theirs, scope: new DotSpans([ALL_DOTS]) });
    const missing = [...theirs.without(this.deps.values.known)];
    this.expect(from, missing);
    const isRequested = digest.reply && missing.length > 0;
    if (digest.verify === true || !gone.isEmpty || isRequested) this.sendDigest(from, { reply: false }, gone);
  }

  /**
   * Handles a summary in the same way, for the spans that it is about. Where the fingerprints differ, this node tells the
   * sender what it knows there, and the sender answers.
   * @returns whether the digest of the sender was requested, and has come in full
   */
  summaryReceived(from: MemberId, summary: Summary): boolean {
    this.compared(from, summary);
    this.deps.peers.of(from).readsSummaries = true;
    if (summary.gone !== undefined) this.deps.values.compactTo(VersionVector.fromWire(summary.gone));
    const wasAwaited = this.requestTo(from) !== undefined;
    const dots = this.writer.knownDots(this.settledAt);
    const { same, listed, differing, theirs } = compare(summary, dots.settled);
    const scope = new DotSpans([...same, ...listed]);
    if (!scope.isEmpty) this.reconcile(from, summary, { theirs, scope });
    const { values } = this.deps;
    const gone = VersionVector.of(scope.within(values.compactedBeyond(theirs).ranges()));
    const missing = inOrder(theirs.without(values.known));
    this.expect(from, missing);
    const requested = summary.reply ? missing : [];
    const lost = inOrder(gone.ranges());
    const isAnswered = (span: DotSpan) =>
      summary.verify === true || [requested, lost].some((ranges) => partsIn(ranges, span).length > 0);
    const isAwaited = this.requestTo(from)?.isSent === true;
    const flags = { reply: true, ...(isAwaited && { verify: true }) };
    if (differing.length > 0) this.writer.sendSummary(from, { spans: differing }, { flags, gone: NONE, known: dots });
    const answered = { listed: listed.filter(isAnswered), same: same.filter(isAnswered) };
    if (answered.listed.length + answered.same.length > 0)
      this.writer.sendSummary(from, answered, { flags: { reply: false }, gone, known: dots });
    return wasAwaited && this.requestTo(from) === undefined;
  }

  /**
   * The member has dots that are missing here. Either they are on their way already, or the member sends them once it has this
   * node's digest. Messages and digest may get lost, and the member may end before it sends, so this node requests the
   * member's digest if dots are still missing later. If the values do not come even then, it waits twice as long each time.
   */
  private expect(from: MemberId, ranges: readonly DotRange[]): void {
    const { slots } = this.deps.peers.of(from);
    const { isPending, failures } = slots.find(EXPECTED) ?? NOTHING_EXPECTED;
    if (this.isFixed || ranges.length === 0) return;
    // The member may end before it sends them.
    this.quietCheck.restart();
    if (isPending) return;
    const missing = VersionVector.of(ranges);
    const pause = Math.min(this.pace.settleTime * 2 ** failures, this.pace.longest);
    const cancel = this.deps.clock.schedule(pause, () => {
      slots.clear(EXPECTED);
      if (this.deps.values.known.covers(missing)) return;
      slots.set(EXPECTED, { ...NOTHING_EXPECTED, failures: failures + 1 });
      this.requestDigests([from], 0);
    });
    slots.set(EXPECTED, { cancel, isPending: true, failures });
  }

  private compared(from: MemberId, { beginner = false, reply }: Digest | Summary): void {
    this.catchUp.compared(from, beginner, reply || this.requestTo(from)?.isSent === true);
  }

  /** The member has answered a probe; see `DigestWriter`. */
  probeAnswered(from: MemberId, answer: ProbeOk): void {
    this.writer.probeAnswered(from, answer, this.settledAt);
  }

  /** The member has `theirs`, and nothing else in `scope`. Sends it what it lacks there. */
  private reconcile(
    from: MemberId,
    digest: Digest | Summary,
    { theirs, scope }: { theirs: VersionVector; scope: DotSpans },
  ): void {
    const peer = this.deps.peers.of(from);
    const settled = this.settledAt;
    // A message that left before then and is not in the digest will not arrive.
    peer.giveUpUntil(Math.min(settled, this.deps.clock.now() - this.patienceWith(from)), scope);
    peer.reconcile(
      VersionVector.of(theirs.ranges()),
      this.deps.values.acceptedAfter(settled, within(scope, this.deps.values.held.without(theirs))),
      this.deps.clock.now(),
      scope,
    );
    if (!this.isForAnotherIncarnation(from, digest, theirs)) this.digestArrived(from, digest.incarnation, scope);
    this.checkRecovered(theirs, scope);
    const delta = [...within(scope, peer.delta(this.deps.values.held))];
    // No other member sends the peer values of its own earlier incarnations, or of another process with its id.
    const isOwn = delta.some(([actor]) => isIncarnationOf(from, actor) && actor !== actorOf(from, digest.incarnation));
    if (isOwn || this.deps.values.oldest(delta) <= settled) this.deps.batcher.repair(from, scope);
    else this.deps.batcher.recomputeIfTarget(from);
  }

  /**
   * How long a message may be on its way to the member, in ms. Messages queue up before a slow member, longer than values
   * take otherwise: sending them again would make the queue longer still.
   */
  private patienceWith(member: MemberId): number {
    if (this.isFixed) return 0;
    const roundTrip = this.deps.rtt.measuredTo(member);
    return roundTrip === undefined ? ANTI_ENTROPY.unmeasuredPatience : ANTI_ENTROPY.queueFactor * roundTrip;
  }

  /** A digest of a member has come that is about these dots. Cancels the request once all dots are covered. */
  private digestArrived(from: MemberId, incarnation: number, scope: DotSpans): void {
    const request = this.requestTo(from);
    if (request === undefined) return;
    const dots = request.covered?.incarnation === incarnation ? request.covered.dots : new DotSpans();
    dots.merge(scope);
    if (dots.isAll) this.cancelRequest(from);
    else this.deps.peers.of(from).slots.set(REQUEST, { ...request, covered: { incarnation, dots } });
  }

  /** Younger values are still in flight, by this node's clock, in ms. */
  private get settledAt(): number {
    return this.deps.clock.now() - this.pace.settleTime;
  }

  /**
   * Whether the digest was requested by another process with this node's id, or by an earlier incarnation. Such a
   * digest lists values of that incarnation which this node lacks and has not requested.
   */
  private isForAnotherIncarnation(from: MemberId, { reply }: Pick<Digest, "reply">, theirs: VersionVector): boolean {
    const isUnsent = this.requestTo(from)?.isSent === false;
    return isUnsent && !reply && !this.deps.values.known.covers(theirs.ofMember(this.deps.identity.self));
  }

  /**
   * Values from earlier incarnations are assumed to be everywhere. If one member lacks some of them, the assumption is
   * dropped for all members.
   */
  private checkRecovered(theirs: VersionVector, scope: DotSpans): void {
    const lacking = [...within(scope, this.deps.values.recovered.without(theirs))];
    if (lacking.length === 0) return;
    for (const range of lacking) this.deps.values.recovered.remove(range);
    for (const [member, peer] of this.deps.peers.all()) {
      peer.retractAssumed(lacking);
      this.deps.batcher.recomputeIfTarget(member);
    }
  }

  private requestTo(member: MemberId): PlannedRequest | undefined {
    return this.deps.peers.state(member, REQUEST);
  }

  private scheduleNext(): void {
    const spread = this.isFixed ? 1 : 0.5 + this.deps.random.next() / 2;
    this.cancel = this.deps.clock.schedule(this.interval * spread, () => {
      const { suspects, isRoot } = this.deps.overlay;
      // A root with suspects keeps searching for another way to deliver new values to them.
      const isAlert = isRoot && suspects.length > 0;
      this.interval = Math.min(this.interval * 2, isAlert ? ANTI_ENTROPY.alertInterval : this.pace.longest);
      if ((!isAlert || this.hasNews()) && this.sendToPartner({ reply: true }) !== undefined)
        this.news.sentAt = this.deps.clock.now();
      this.scheduleNext();
    });
  }

  /** Sends a digest to a random partner, and returns it; `undefined` if there is none. */
  private sendToPartner(flags: DigestFlags): MemberId | undefined {
    const partner = this.partners.at(Math.floor(this.deps.random.next() * this.partners.length));
    if (partner !== undefined) this.sendDigest(partner, flags);
    return partner;
  }

  /**
   * Sends a digest to the next member in the order of all, so that each member gets one: random choices would leave out a member
   * with a probability of 1/e. Suspects are left out. So are the root and the informant, because they sent the last values to other
   * members too. If such a sender is alive, it compares as well. If it has ended, the member after it may lack the values.
   */
  private sendToSuccessor(): void {
    const { members, self } = this.deps.identity;
    const own = memberIndex(members).get(self);
    if (own === undefined) return;
    const { suspects, root } = this.deps.overlay;
    const leftOut = new Set([...suspects, root, this.informant]);
    const following = [...members.slice(own + 1), ...members.slice(0, own)];
    const partner = following.find((member) => !leftOut.has(member));
    if (partner !== undefined) this.sendDigest(partner, { reply: true });
  }

  /** Whether values have arrived recently that other members may lack, or the last digest was long ago. */
  private hasNews(): boolean {
    const now = this.deps.clock.now();
    if (this.deps.values.size !== this.news.values) {
      this.news.values = this.deps.values.size;
      this.news.cameAt = now;
    }
    return now - this.news.cameAt < ANTI_ENTROPY.newsTime || now - this.news.sentAt > this.pace.longest / 2;
  }

  private requestIn(delay: number, member: MemberId, request: DigestRequest): void {
    const cancel = this.deps.clock.schedule(delay, () => this.request(member, request));
    this.deps.peers
      .of(member)
      .slots.set(REQUEST, { cancel, isSent: request.isSent, covered: this.requestTo(member)?.covered });
  }

  private request(member: MemberId, { attempts, hasRestarted }: DigestRequest): void {
    const soon = Math.min(ANTI_ENTROPY.firstPause * 2 ** attempts, ANTI_ENTROPY.longestPause);
    const pause = Math.min(soon * 2 ** Math.max(0, attempts - ANTI_ENTROPY.patientRequests), this.pace.longest);
    this.requestIn(pause, member, { attempts: attempts + 1, isSent: true, hasRestarted });
    this.sendDigest(member, { reply: true, verify: true, ...(hasRestarted && { reborn: true }) });
    if (attempts === ANTI_ENTROPY.doubtfulRequests) this.unanswered.emit(member);
  }

  /** @param gone values that the receiver lacks and that this node has deleted */
  private sendDigest(to: MemberId, flags: DigestFlags, gone = NONE): void {
    this.writer.send(to, flags, gone, this.settledAt);
  }
}

/**
 * Compares a summary with the dots of this node.
 * @param settled those that are old enough to be everywhere, in order
 */
function compare(summary: Summary, settled: readonly DotRange[]) {
  const theirs = new VersionVector();
  const spans: Record<"same" | "listed" | "differing", DotSpan[]> = { same: [], listed: [], differing: [] };
  for (const { span, known } of sectionsOf(summary)) {
    const isListed = typeof known !== "number";
    const ranges = partsIn(isListed ? inOrder(VersionVector.fromWire(known).ranges()) : settled, span);
    const isKnown = isListed || fingerprint(ranges, summary.salt) === known;
    spans[isListed ? "listed" : isKnown ? "same" : "differing"].push(span);
    if (isKnown) for (const range of ranges) theirs.add(range);
  }
  return { ...spans, theirs };
}

/** The parts of the ranges that are in the scope. */
function within(scope: DotSpans, ranges: Iterable<DotRange>): Iterable<DotRange> {
  return scope.isAll ? ranges : scope.within(ranges);
}
