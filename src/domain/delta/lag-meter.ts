import { LAG } from "../config.js";
import type { Clock } from "../ports/clock.js";
import type { MemberId } from "../ports/transport.js";
import { dotCount } from "../values/dot.js";
import type { ValueLog } from "../values/value-log.js";
import type { VersionVector } from "../values/version-vector.js";
import type { DeltaTracker } from "./delta-tracker.js";
import type { Peer } from "./peer.js";

/** How far a member is behind this node. */
export interface MemberLag {
  /** Number of values of this node that the member has not confirmed to it. */
  readonly values: number;
  /** Whether there may be more of them, because only the latest were counted. */
  readonly isLowerBound: boolean;
  /** Time since the oldest of them was accepted, in ms; 0 if there are none. */
  readonly age: number;
}

interface LagMeterDeps {
  readonly clock: Clock;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
}

/** Values that were assumed to reach a suspect. */
interface Assumed {
  count: number;
  /** When the oldest of them was accepted, by this node's clock, in ms. */
  oldest: number;
  /** Whether there may be more. */
  hasMore: boolean;
}

const NOTHING: Readonly<Assumed> = { count: 0, oldest: Number.POSITIVE_INFINITY, hasMore: false };

/** Measures how far members are behind this node. It keeps no state: only a client that asks causes work. */
export class LagMeter {
  constructor(private readonly deps: LagMeterDeps) {}

  /**
   * Counts, for each of these members, the values of this node that the member has not confirmed. Values that another member sends it
   * count as confirmed, unless they came since the last message of a suspect.
   */
  lagsOf(members: readonly MemberId[]): ReadonlyMap<MemberId, MemberLag> {
    const { peers } = this.deps;
    const suspects = members.filter((member) => peers.isSuspect(member)).length;
    const mostVisited = Math.ceil(LAG.mostVisited / Math.max(1, suspects));
    return new Map(members.map((member) => [member, this.lagOf(peers.peek(member), mostVisited)]));
  }

  private lagOf(peer: Peer, mostVisited: number): MemberLag {
    const { values, clock } = this.deps;
    const unconfirmed = peer.unconfirmed(values.held);
    const ranges = [...unconfirmed.ranges()];
    // An actor numbers its values in the order in which it accepts them, so the first one of a range is the oldest.
    const oldest = values.oldest(ranges.map(([actor, first]) => [actor, first, 1]));
    const assumed = peer.isSuspect ? this.assumedBy(peer, unconfirmed, mostVisited) : NOTHING;
    const count = dotCount(ranges) + assumed.count;
    // Without values the oldest time is `Infinity`, and the age 0.
    const age = Math.max(0, clock.now() - Math.min(oldest, assumed.oldest));
    return { values: count, isLowerBound: assumed.hasMore, age };
  }

  /**
   * The values that came since the suspect's last message and were assumed to reach it. Only the latest arrivals are visited.
   * @param counted values that count already
   */
  private assumedBy({ knowledge, lastHeardAt = Number.NEGATIVE_INFINITY }: Peer, counted: VersionVector, most: number) {
    const { arrivals } = this.deps.values;
    const assumed: Assumed = { ...NOTHING };
    let left = most;
    for (let arrival = arrivals.end - 1; left >= 0 && arrival >= arrivals.start; arrival--, left--) {
      const acceptedAt = arrivals.acceptedAt(arrival);
      if (acceptedAt <= lastHeardAt || arrivals.valueAt(arrival) === undefined) continue;
      const [actor, number] = [arrivals.actorAt(arrival), arrivals.numberAt(arrival)];
      if (counted.hasNumber(actor, number) || knowledge.isCertain(actor, number)) continue;
      if (left === 0) assumed.hasMore = true;
      else {
        assumed.count++;
        assumed.oldest = Math.min(assumed.oldest, acceptedAt);
      }
    }
    return assumed;
  }
}
