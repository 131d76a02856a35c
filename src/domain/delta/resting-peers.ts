import { memberIndex } from "../identity/member-index.js";
import type { MemberId } from "../ports/transport.js";
import type { RestingPeer } from "./peer.js";

/** The largest number that a row holds. */
const LARGEST = 2 ** 31 - 1;
/** Stands for `undefined` among the marks, which are -1 or more. */
const NO_MARK = -2;
/** Numbers per row in `times` and in `numbers`. */
const [TIMES, NUMBERS] = [2, 5];

const IS_HERE = 1;
const SENDS_TO_ALL = 2;
const KNOWS_SUMMARIES = 4;
const READS_SUMMARIES = 8;

/**
 * The peers at rest: a row of numbers for each member of the list, 37 bytes instead of the 400 to 700 of a `Peer`. Of most
 * members of a large cluster there is nothing else to know for most of the time.
 */
export class RestingPeers {
  /** The incarnation, and when the member was last heard of. `NaN` stands for `undefined`. */
  private readonly times: Float64Array;
  /** The first and the last number, and the marks of `certain`, `assumed` and `reported`. */
  private readonly numbers: Int32Array;
  private readonly flags: Uint8Array;

  /** @param members the members that have a row */
  constructor(readonly members: readonly MemberId[]) {
    this.times = new Float64Array(members.length * TIMES);
    this.numbers = new Int32Array(members.length * NUMBERS);
    this.flags = new Uint8Array(members.length);
  }

  /** The members at rest. */
  *ids(): Generator<MemberId> {
    for (const [row, flags] of this.flags.entries()) if (flags !== 0) yield this.members[row] as MemberId;
  }

  /** Takes over the member; returns false if it has no row, or if a number is too large for one. */
  add(member: MemberId, peer: RestingPeer): boolean {
    const row = this.rowOf(member);
    if (row === undefined) return false;
    const { certain, assumed = NO_MARK, reported = NO_MARK } = peer.marks;
    const numbers = [peer.firstNumber, peer.lastNumber, certain, assumed, reported];
    if (numbers.some((number) => number > LARGEST)) return false;
    this.numbers.set(numbers, row * NUMBERS);
    this.times.set([peer.incarnation ?? Number.NaN, peer.lastHeardAt ?? Number.NaN], row * TIMES);
    this.flags[row] =
      IS_HERE |
      (peer.sendsToAll ? SENDS_TO_ALL : 0) |
      (peer.readsSummaries !== undefined ? KNOWS_SUMMARIES : 0) |
      (peer.readsSummaries === true ? READS_SUMMARIES : 0);
    return true;
  }

  /** Forgets the member. */
  delete(member: MemberId): void {
    const row = this.rowOf(member);
    if (row !== undefined) this.flags[row] = 0;
  }

  /** Returns the member; `undefined` if it is not at rest. */
  get(member: MemberId): RestingPeer | undefined {
    const row = this.rowOf(member);
    if (row === undefined || this.flags[row] === 0) return undefined;
    const flags = this.flags[row] as number;
    const [incarnation, lastHeardAt] = this.times.subarray(row * TIMES);
    const [firstNumber, lastNumber, certain, assumed, reported] = this.numbers.subarray(
      row * NUMBERS,
    ) as unknown as Row;
    return {
      firstNumber,
      lastNumber,
      incarnation: Number.isNaN(incarnation) ? undefined : incarnation,
      lastHeardAt: Number.isNaN(lastHeardAt) ? undefined : lastHeardAt,
      sendsToAll: (flags & SENDS_TO_ALL) !== 0,
      readsSummaries: (flags & KNOWS_SUMMARIES) === 0 ? undefined : (flags & READS_SUMMARIES) !== 0,
      marks: { certain, assumed: markOf(assumed), reported: markOf(reported) },
    };
  }

  private rowOf(member: MemberId): number | undefined {
    return memberIndex(this.members).get(member);
  }
}

type Row = readonly [firstNumber: number, lastNumber: number, certain: number, assumed: number, reported: number];

const markOf = (mark: number) => (mark === NO_MARK ? undefined : mark);
