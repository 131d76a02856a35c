import type { CancelTask } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { ActorId } from "../values/dot.js";
import type { UnmetWriteConcern, WriteConcern } from "./write-concern.js";

/** A client that has broadcast a value and waits until enough members have it. */
export interface WaitingClient {
  readonly nodes: WriteConcern["nodes"];
  /** The longest that replies may wait for messages to ride on, in ms. */
  readonly replyWithin: number;
  /** When the client's request came, by this node's clock, in ms. */
  readonly cameAt: number;
  /** When members are next queried directly, by this node's clock, in ms: by then the tree should have replied. `Infinity`: never. */
  searchAt: number;
  /** Number of searches so far. The first one may only repeat open queries. */
  searches: number;
  /** Stops the timeout. */
  cancel: CancelTask;
  readonly answer: (unmet?: UnmetWriteConcern) => void;
}

/** A member that has asked which members have a value. */
export interface Requester {
  /** Number of members that are enough, this one included and the requester excluded. */
  count: number;
  /** How long the reply may take in addition to the round trip, in ms. */
  within: number;
  /** Whether the query covers all members that this one reaches; otherwise only this one. */
  readonly isRelayed: boolean;
  /** Number of holders in the last reply. */
  reported: number;
  /** Whether the requester has got as many holders as it asked for. It is remembered in case the reply is lost. */
  isServed: boolean;
  /** When the requester is forgotten, by this node's clock, in ms. */
  until: number;
}

/** A value with an open write concern: its known holders, open queries, clients and requesters. */
export class PendingWrite {
  /**
   * Members that have the value, according to themselves or to a member that passes it on; and this node, once the
   * value is durable here.
   */
  readonly holders = new Set<MemberId>();
  /** Members with an open query. */
  readonly queried = new Set<MemberId>();
  /** Members that have replied, or whose reply is not awaited any more. */
  readonly replied = new Set<MemberId>();
  readonly clients = new Set<WaitingClient>();
  readonly requesters = new Map<MemberId, Requester>();

  /** @param self this node's id */
  constructor(
    readonly actor: ActorId,
    readonly number: number,
    private readonly self: MemberId,
  ) {}

  /** Whether the value is durable on this node. Before that, this node does not reply. */
  get isDurableHere(): boolean {
    return this.holders.has(this.self);
  }

  /** Whether no client and no requester is left. */
  get isIdle(): boolean {
    return this.clients.size === 0 && this.requesters.size === 0;
  }

  /** Whether no client and no unserved requester is left. */
  get isSettled(): boolean {
    if (this.clients.size > 0) return false;
    for (const { isServed } of this.requesters.values()) if (!isServed) return false;
    return true;
  }

  /** Number of further members, besides this one, that have to confirm the value before all clients and requesters are served. */
  further(members: readonly MemberId[]): number {
    let most = 0;
    for (const client of this.clients) most = Math.max(most, this.furtherFor(client, members));
    for (const [member, requester] of this.requesters)
      if (requester.isRelayed && !requester.isServed)
        most = Math.max(most, requester.count - 1 - this.othersBut(member));
    return most;
  }

  /** Whether the client's write concern is met. */
  satisfies(client: WaitingClient, members: readonly MemberId[]): boolean {
    return this.isDurableHere && this.furtherFor(client, members) <= 0;
  }

  /** Whether enough holders for the requester are known. */
  suffices(member: MemberId, requester: Requester): boolean {
    return this.isDurableHere && this.othersBut(member) >= requester.count - 1;
  }

  /** The holders that the requester may not know. */
  namesFor(member: MemberId): MemberId[] {
    return [...this.holders].filter((holder) => holder !== member);
  }

  unmet({ nodes }: WaitingClient, members: readonly MemberId[]): UnmetWriteConcern {
    const missing = members.filter((member) => !this.holders.has(member));
    const needed = nodes === "all" ? members.length : nodes;
    return { known: members.length - missing.length, needed, missing };
  }

  /** The member has lost the value, or is no member any more. */
  forget(member: MemberId): void {
    this.holders.delete(member);
    this.queried.delete(member);
    this.replied.delete(member);
    this.requesters.delete(member);
  }

  /** Members that have not confirmed the value are queried once more. */
  forgetQueries(): void {
    this.queried.clear();
    this.replied.clear();
  }

  /** Forgets all members except these. */
  forgetAllBut(members: readonly MemberId[]): void {
    for (const known of [...this.holders, ...this.queried, ...this.replied, ...this.requesters.keys()])
      if (!members.includes(known)) this.forget(known);
  }

  private furtherFor({ nodes }: WaitingClient, members: readonly MemberId[]): number {
    let others = 0;
    for (const member of members) if (member !== this.self && this.holders.has(member)) others++;
    return (nodes === "all" ? members.length : nodes) - 1 - others;
  }

  /** Number of holders besides this member and that one. */
  private othersBut(member: MemberId): number {
    return this.holders.size - (this.isDurableHere ? 1 : 0) - (this.holders.has(member) ? 1 : 0);
  }
}
