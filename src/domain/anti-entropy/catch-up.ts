import { ANTI_ENTROPY } from "../config.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { Random } from "../ports/random.js";
import type { MemberId } from "../ports/transport.js";

interface CatchUpDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, "next">;
}

/** How a node catches up after its start. */
export interface CatchUpOptions {
  /** Whether it compares with a member soon after its start, even if members speak to it. Default: false. */
  readonly comparesFirst?: boolean;
  /** Compares with a random member, and returns it; `undefined` if there is none. */
  readonly compare: () => MemberId | undefined;
  /** Number of members to compare with. */
  readonly partners: () => number;
  /** Longest pause between two requests, in ms. */
  readonly longestPause: number;
}

/**
 * Asks random members, one after the other, for what this node has missed before its start, until one of them exchanges values
 * with it or has compared; only until one has compared if a member that speaks started long before. A member that is catching up itself does not count: it may have missed the same values, and the members that have them
 * may not have heard of this node. Once several such members have compared, all of them have probably just been started.
 */
export class CatchUp {
  private cancel: CancelTask | undefined;
  /** Members that said when they last compared that they were catching up themselves. */
  private readonly beginners = new Set<MemberId>();
  /** Members that have been asked. */
  private readonly asked = new Set<MemberId>();
  /** Whether only a comparison ends it. */
  private mustCompare: boolean;

  constructor(
    private readonly deps: CatchUpDeps,
    private readonly options: CatchUpOptions,
  ) {
    this.mustCompare = options.comparesFirst === true;
  }

  /** Whether this node may have missed values before its start. */
  get isUnderWay(): boolean {
    return this.cancel !== undefined;
  }

  /** Begins some time after the start, which members usually use to speak to this node. */
  start(): void {
    if (this.isUnderWay) return;
    const wait = this.options.comparesFirst === true ? ANTI_ENTROPY.firstPause : ANTI_ENTROPY.bootstrapTime;
    this.continueIn(wait * (1 + this.deps.random.next()));
  }

  /** Begins soon, because this node has lived before. */
  startSoon(): void {
    this.cancel?.();
    this.continueIn(ANTI_ENTROPY.firstPause);
  }

  /**
   * The member exchanges values with this node. Gossip does not show everything that a member has, but while a cluster
   * starts there is nothing else.
   * @param isSenior whether the member started long before this node, which has probably restarted
   */
  heardFrom(member: MemberId, isSenior = false): void {
    if (isSenior) this.mustCompare = true;
    if (!this.mustCompare && !this.beginners.has(member)) this.end();
  }

  /**
   * The member has told this node what it knows.
   * @param knowsNode whether the member has been told what this node knows, or asks for it; otherwise it has answered an
   * earlier life of this node, and sends nothing
   */
  compared(member: MemberId, isBeginner: boolean, knowsNode: boolean): void {
    if (!this.isUnderWay || !(knowsNode || this.asked.has(member))) return;
    if (isBeginner) this.beginners.add(member);
    if (!isBeginner || this.beginners.size >= Math.min(ANTI_ENTROPY.beginners, this.options.partners())) this.end();
  }

  end(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.beginners.clear();
    this.asked.clear();
  }

  private continueIn(wait: number, pause: number = ANTI_ENTROPY.firstPause): void {
    this.cancel = this.deps.clock.schedule(wait, () => {
      const member = this.options.compare();
      if (member === undefined) return;
      this.asked.add(member);
      this.continueIn(pause, Math.min(2 * pause, this.options.longestPause));
    });
  }
}
