import { SWIM } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberChannel } from "../ports/member-channel.js";
import type { Random } from "../ports/random.js";
import type { MemberId } from "../ports/transport.js";
import type { MemberDirectory } from "./member-directory.js";
import type { MemberMessage, MemberMessageContent } from "./member-message.js";
import type { Ring } from "./ring.js";

interface PingWatchDeps {
  readonly channel: MemberChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: MemberDirectory;
  readonly ring: Ring;
  /** Called when a member has answered neither this node nor its helpers; it has `within` ms to refute. */
  readonly failed: (member: MemberId, within: number) => void;
}

/** A member that is being pinged. */
interface Check {
  /** Number of the first ping; that of the second is one more. */
  readonly number: number;
  /** Whether its connection was lost. */
  readonly isQuick: boolean;
  cancel: CancelTask;
}

/** A ping on behalf of another member. */
interface Errand {
  readonly asker: MemberId;
  readonly number: number;
  readonly until: number;
}

/**
 * Notices members that are gone, as SWIM does: a member that does not answer is pinged by others as well, and suspected
 * only if none of them reaches it. Each member pings its successor on the ring, so a silent one is noticed in bounded
 * time, and messages do not grow with the square of the members. A lost connection is a reason to ping at once.
 */
export class PingWatch {
  private numbers = 0;
  private readonly checks = new Map<MemberId, Check>();
  /** Errands by the number of this node's ping, the oldest first. */
  private readonly errands = new Map<number, Errand>();
  private watched: readonly MemberId[] = [];
  /** Checks of members whose connections were lost, which begin soon. */
  private readonly soon = new Set<CancelTask>();
  private cancelRound: CancelTask | undefined;
  private cancelChange: CancelTask | undefined;
  private cancelComparison: CancelTask | undefined;
  private isRunning = false;

  constructor(private readonly deps: PingWatchDeps) {}

  start(): void {
    this.isRunning = true;
    this.membersChanged();
    this.scheduleRound(SWIM.pingInterval * this.deps.random.next());
  }

  close(): void {
    this.isRunning = false;
    this.cancelRound?.();
    this.cancelChange?.();
    this.cancelComparison?.();
    for (const cancel of this.soon) cancel();
    this.soon.clear();
    for (const { cancel } of this.checks.values()) cancel();
    this.checks.clear();
    this.errands.clear();
  }

  /** Members have come, gone or are suspected: a new successor is pinged soon. */
  membersChanged(): void {
    for (const [member, { cancel }] of this.checks) {
      if (this.deps.directory.stateOf(member) === "alive") continue;
      cancel();
      this.checks.delete(member);
    }
    if (!this.isRunning) return;
    // The news may have missed a member.
    this.compareLater();
    if (this.cancelChange !== undefined || this.successors().every((member) => this.watched.includes(member))) return;
    this.cancelChange = this.deps.clock.schedule(SWIM.firstPing * this.deps.random.next(), () => {
      this.cancelChange = undefined;
      const before = this.watched;
      this.watched = this.successors();
      for (const member of this.watched) if (!before.includes(member)) this.check(member, false);
    });
  }

  /** The connection to the member was lost. Those pinging it soon are the members that news of it reach first. */
  disconnected(member: MemberId): void {
    if (!this.isRunning || !this.deps.ring.isLinked(member)) return;
    const cancel = this.deps.clock.schedule(SWIM.lostConnection * this.deps.random.next(), () => {
      this.soon.delete(cancel);
      this.check(member, true);
    });
    this.soon.add(cancel);
  }

  /** News is under way. Once it has arrived, the successor is pinged, which shows whether it knows the same members. */
  compareLater(): void {
    this.cancelComparison ??= this.deps.clock.schedule(SWIM.settleTime * (1 + this.deps.random.next()), () => {
      this.cancelComparison = undefined;
      const successor = this.deps.ring.ahead(1);
      if (successor !== undefined) this.check(successor, false);
    });
  }

  /** A message of the member came: it is there. */
  heardFrom(member: MemberId): void {
    const check = this.checks.get(member);
    check?.cancel();
    this.checks.delete(member);
  }

  /** Another member asks whether this node reaches a member. */
  asked(asker: MemberId, { member, number }: { readonly member: MemberId; readonly number: number }): void {
    const now = this.deps.clock.now();
    for (const [own, { until }] of this.errands) if (until <= now) this.errands.delete(own);
    if (!this.deps.directory.has(member) || this.errands.size >= SWIM.errands) return;
    const ping = ++this.numbers;
    this.errands.set(ping, { asker, number, until: now + SWIM.errandTime });
    this.send(member, { ping });
  }

  /** @param of the member that has answered the sender, or the sender itself */
  acknowledged(number: number, of: MemberId): void {
    const errand = this.errands.get(number);
    if (errand !== undefined) {
      this.errands.delete(number);
      this.send(errand.asker, { ack: errand.number, of });
    }
    const check = this.checks.get(of);
    if (check !== undefined && (number === check.number || number === check.number + 1)) this.heardFrom(of);
  }

  private scheduleRound(delay: number): void {
    this.cancelRound = this.deps.clock.schedule(delay, () => {
      this.watched = this.successors();
      for (const member of this.watched) this.check(member, false);
      this.scheduleRound(SWIM.pingInterval);
    });
  }

  /**
   * The members to ping: the successor that is no suspect. Behind a row of suspects there may be more members that are
   * gone, so as many are pinged as there are suspects in the row.
   */
  private successors(): readonly MemberId[] {
    const { ring, directory } = this.deps;
    const members: MemberId[] = [];
    let suspects = 0;
    for (let steps = 1; steps <= ring.size && members.length < Math.max(1, suspects); steps++) {
      const member = ring.ahead(steps) as MemberId;
      if (directory.stateOf(member) === "suspect") suspects++;
      else members.push(member);
    }
    return members;
  }

  private check(member: MemberId, isQuick: boolean): void {
    const running = this.checks.get(member);
    if (this.deps.directory.stateOf(member) !== "alive" || (running !== undefined && !(isQuick && !running.isQuick)))
      return;
    running?.cancel();
    this.numbers += 2;
    const check: Check = { number: this.numbers - 1, isQuick, cancel: () => {} };
    this.checks.set(member, check);
    this.send(member, { ping: check.number, hash: this.deps.directory.fingerprint });
    this.await(check, isQuick ? SWIM.quickPing : SWIM.patience, member, () => this.askHelpers(check, member));
  }

  private askHelpers(check: Check, member: MemberId): void {
    const ping = check.number + 1;
    for (const helper of this.helpersFor(member)) this.send(helper, { ask: { member, number: ping } });
    this.send(member, { ping });
    this.await(check, check.isQuick ? SWIM.quickHelp : SWIM.patience, member, () => {
      this.checks.delete(member);
      this.deps.failed(member, check.isQuick ? SWIM.quickSuspicion : SWIM.suspicion);
    });
  }

  /** Goes on after the time; if this node was paused meanwhile, it begins again. */
  private await(check: Check, time: number, member: MemberId, next: () => void): void {
    const due = this.deps.clock.now() + time;
    check.cancel = this.deps.clock.schedule(time, () => {
      if (this.deps.clock.now() - due <= SWIM.lateTimer) {
        next();
        return;
      }
      this.checks.delete(member);
      this.check(member, check.isQuick);
    });
  }

  /** A few random members that are alive. */
  private helpersFor(member: MemberId): Set<MemberId> {
    const { ring, directory, random } = this.deps;
    const helpers = new Set<MemberId>();
    for (let draw = 0; draw < 3 * SWIM.helpers && helpers.size < SWIM.helpers; draw++) {
      const helper = ring.ahead(1 + Math.floor(random.next() * ring.size));
      if (helper !== undefined && helper !== member && directory.stateOf(helper) === "alive") helpers.add(helper);
    }
    return helpers;
  }

  private send(to: MemberId, content: MemberMessageContent): void {
    this.deps.channel.send(to, { type: "members", ...content } satisfies MemberMessage);
  }
}
