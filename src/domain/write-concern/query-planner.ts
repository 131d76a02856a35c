import { WRITE_CONCERN } from "../config.js";
import type { Identity } from "../identity/identity.js";
import type { AckQuery } from "../messages.js";
import type { CancelTask, Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import type { DotRange } from "../values/dot.js";
import { VersionVector } from "../values/version-vector.js";
import type { PendingWrite } from "./pending-write.js";
import type { PendingWrites } from "./pending-writes.js";
import { type Router, UNROUTED } from "./router.js";

/** Returns the members that get a value which came from a member, or from a client. */
export type Targets = (from: MemberId | undefined) => readonly MemberId[];

/** Returns a cache of the router's targets: they are the same for many values and do not change meanwhile. */
export function cachedTargets(router: Router): Targets {
  const known = new Map<MemberId | undefined, readonly MemberId[]>();
  return (from) => {
    let targets = known.get(from);
    if (targets === undefined) {
      targets = router.targets(from);
      known.set(from, targets);
    }
    return targets;
  };
}

/** Decides which members are queried about a value along its way through the tree, and awaits their replies. */
export class QueryPlanner {
  /** Stops the timers of the open queries. */
  private readonly timeouts = new Set<CancelTask>();
  private router: Router = UNROUTED;

  /** @param gaveUp called with values about which a member has not replied in time */
  constructor(
    private readonly deps: { readonly identity: Identity; readonly clock: Clock },
    private readonly writes: PendingWrites,
    private readonly gaveUp: (values: readonly PendingWrite[]) => void,
  ) {}

  /** Members are queried through this router from now on. Open queries are dropped. */
  connect(router: Router): void {
    this.router = router;
    for (const cancel of this.timeouts) cancel();
    this.timeouts.clear();
  }

  /** Returns the query that rides on a message with these dots; see `Piggyback`. */
  about(member: MemberId, dots: readonly DotRange[], isDirect: boolean): AckQuery | undefined {
    if (this.writes.size === 0) return undefined;
    const targets = cachedTargets(this.router);
    const values = [...this.writes.among(dots)].filter((value) => this.isWorthQuerying(value, member, targets));
    return values.length === 0 ? undefined : this.queryAbout(member, values, isDirect);
  }

  /**
   * Queries neighbours that have the value already, or to which it is in flight. No message will leave for them on
   * which the query could ride.
   */
  sendFor(values: readonly PendingWrite[]): void {
    const { router } = this;
    const targets = cachedTargets(router);
    const due = new Map<MemberId, PendingWrite[]>();
    for (const value of values) {
      for (const member of this.candidates(value, targets)) {
        if (router.isToLeave(member, [value.actor, value.number, 1])) continue;
        const group = due.get(member);
        if (group === undefined) due.set(member, [value]);
        else group.push(value);
      }
    }
    for (const [member, group] of due) router.sendQuery(member, this.queryAbout(member, group, false));
  }

  private isWorthQuerying(value: PendingWrite, member: MemberId, targets: Targets): boolean {
    const further = value.further(this.deps.identity.members);
    if (further <= 0) return false;
    if (value.holders.has(member) || value.requesters.has(member)) return false;
    // A value that is sent again was lost together with its query.
    if (value.queried.has(member) || value.replied.has(member)) return true;
    // If all members are needed, there is nothing to choose.
    return further >= this.reach(value, targets).length || this.candidates(value, targets).includes(member);
  }

  /** The neighbours to query next: only as many as are needed. */
  private candidates(value: PendingWrite, targets: Targets): readonly MemberId[] {
    const open = value.further(this.deps.identity.members) - value.queried.size;
    if (open <= 0) return [];
    const { queried, replied, holders, requesters } = value;
    return this.reach(value, targets)
      .filter((member) => ![queried, replied, holders, requesters].some((known) => known.has(member)))
      .slice(0, open);
  }

  /** The members that this node can query about the value. */
  private reach({ clients, requesters }: PendingWrite, targets: Targets): readonly MemberId[] {
    const [requester] = requesters.keys();
    return targets(clients.size > 0 ? undefined : requester);
  }

  /** Makes a query about the values and awaits its reply. */
  private queryAbout(member: MemberId, values: readonly PendingWrite[], isDirect: boolean): AckQuery {
    const { members } = this.deps.identity;
    const dots = new VersionVector();
    let count = 1;
    let within = WRITE_CONCERN.piggybackTime;
    for (const value of values) {
      dots.add([value.actor, value.number, 1]);
      value.queried.add(member);
      const further = value.further(members);
      if (!isDirect) count = Math.max(count, further);
      for (const client of value.clients) within = Math.min(within, client.replyWithin);
      for (const requester of value.requesters.values()) within = Math.min(within, requester.within / 2);
      // If every member is queried, many replies come at once and find messages to ride on. A single reply would only be late.
      if (isDirect) within = Math.min(within, further >= members.length - 1 ? WRITE_CONCERN.piggybackTime / 2 : 0);
    }
    this.awaitReply(member, values, within);
    return { count, within, vector: dots.toWire() };
  }

  /** Gives up the member's reply after its time. */
  private awaitReply(member: MemberId, values: readonly PendingWrite[], within: number): void {
    const patience = this.router.patience(member);
    if (patience === Number.POSITIVE_INFINITY) return;
    const cancel = this.deps.clock.schedule(patience + within, () => {
      this.timeouts.delete(cancel);
      const open = values.filter((value) => value.queried.delete(member));
      for (const value of open) value.replied.add(member);
      this.gaveUp(open);
    });
    this.timeouts.add(cancel);
  }
}
