import type { CancelTask } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { ActorId } from "../values/dot.js";
import type { UnmetWriteConcern, WriteConcern } from "./write-concern.js";

/** Who broadcast a value here, and waits until enough members have it. */
export interface WaitingClient {
  readonly nodes: WriteConcern["nodes"];
  /** When it came, by this node's clock, in ms. */
  readonly cameAt: number;
  /** When members are asked past the tree, by this node's clock, in ms: by then the answer should have been here. */
  searchAt: number;
  /** How often that has happened; the first time it is only asked what is known by then. */
  searches: number;
  /** Stops the timer of the deadline. */
  cancel: CancelTask;
  readonly answer: (shortfall?: UnmetWriteConcern) => void;
}

/** A member that asked who has a value. */
export interface Requester {
  /** So many members, this one included, are enough; the asker itself does not count. */
  count: number;
  /** How long the answer may take besides the travels, in ms. */
  within: number;
  /** Does it ask for all whom this member reaches? Otherwise for this member alone. */
  readonly isRelayed: boolean;
  /** How many members it was told of; more are news. */
  told: number;
  /** Has it been told of as many as it asked for? Then it is remembered in case the answer gets lost. */
  isServed: boolean;
  /** When it does not wait any more, by this node's clock, in ms. */
  until: number;
}

/** A value that somebody waits for: who has it, who is being asked, and who is to be told. */
export class PendingWrite {
  /** Members that have it, by their own word to this node or to one that passes it on; this node, once it is written down. */
  readonly holders = new Set<MemberId>();
  /** Neighbours that were asked, and have not answered. */
  readonly queried = new Set<MemberId>();
  /** Neighbours that have answered, or that nothing is expected of any more. */
  readonly replied = new Set<MemberId>();
  readonly clients = new Set<WaitingClient>();
  readonly requesters = new Map<MemberId, Requester>();

  /** @param self the member that waits */
  constructor(
    readonly author: ActorId,
    readonly number: number,
    private readonly self: MemberId,
  ) {}

  /** Does this member have it for good? Before that it says nothing. */
  get isDurableHere(): boolean {
    return this.holders.has(this.self);
  }

  /** Does nobody wait for it any more? */
  get isIdle(): boolean {
    return this.clients.size === 0 && this.requesters.size === 0;
  }

  /** The same, but for those that have been served. */
  get isSettled(): boolean {
    if (this.clients.size > 0) return false;
    for (const { isServed } of this.requesters.values()) if (!isServed) return false;
    return true;
  }

  /** How many more members, besides this one, have to be known to have it before everybody is served. */
  further(members: readonly MemberId[]): number {
    let most = 0;
    for (const client of this.clients) most = Math.max(most, this.furtherFor(client, members));
    for (const [member, asker] of this.requesters)
      if (asker.isRelayed && !asker.isServed) most = Math.max(most, asker.count - 1 - this.othersBut(member));
    return most;
  }

  /** Can the client be told that enough have it? */
  satisfies(client: WaitingClient, members: readonly MemberId[]): boolean {
    return this.isDurableHere && this.furtherFor(client, members) <= 0;
  }

  /** Has the asker been found all that it asked for? */
  suffices(member: MemberId, asker: Requester): boolean {
    return this.isDurableHere && this.othersBut(member) >= asker.count - 1;
  }

  /** The holders that an asker may not know of. */
  namesFor(member: MemberId): MemberId[] {
    return [...this.holders].filter((holder) => holder !== member);
  }

  unmet({ nodes }: WaitingClient, members: readonly MemberId[]): UnmetWriteConcern {
    const missing = members.filter((member) => !this.holders.has(member));
    const needed = nodes === "all" ? members.length : nodes;
    return { known: members.length - missing.length, needed, missing };
  }

  /** The member has lost what it had, or is none any more. */
  forget(member: MemberId): void {
    this.holders.delete(member);
    this.queried.delete(member);
    this.replied.delete(member);
    this.requesters.delete(member);
  }

  /** Only these are members any more. */
  forgetAllBut(members: readonly MemberId[]): void {
    for (const known of [...this.holders, ...this.queried, ...this.replied, ...this.requesters.keys()])
      if (!members.includes(known)) this.forget(known);
  }

  private furtherFor({ nodes }: WaitingClient, members: readonly MemberId[]): number {
    let others = 0;
    for (const member of members) if (member !== this.self && this.holders.has(member)) others++;
    return (nodes === "all" ? members.length : nodes) - 1 - others;
  }

  /** Holders besides this member and that one. */
  private othersBut(member: MemberId): number {
    return this.holders.size - (this.isDurableHere ? 1 : 0) - (this.holders.has(member) ? 1 : 0);
  }
}
