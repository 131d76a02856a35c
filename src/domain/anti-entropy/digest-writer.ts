import { isTight, roomForKnowledge } from "../batching/envelope.js";
import { fitSuspects } from "../batching/riders.js";
import { ANTI_ENTROPY } from "../config.js";
import type { DeltaTracker } from "../delta/delta-tracker.js";
import type { Prober } from "../delta/prober.js";
import { Slot } from "../delta/slot.js";
import type { Identity } from "../identity/identity.js";
import type { Digest, ProbeOk, Summary } from "../messages.js";
import type { MemberId, Transport } from "../ports/transport.js";
import { ALL_DOTS, type DotSpan, inOrder, partsIn } from "../values/dot-spans.js";
import { jsonSize } from "../values/json-value.js";
import type { ValueLog } from "../values/value-log.js";
import { vectorChunks, wireSize } from "../values/vector-chunks.js";
import { VersionVector } from "../values/version-vector.js";
import {
  bySpan,
  describe,
  fingerprinted,
  joinLists,
  type KnownDots,
  listed,
  pack,
  type SummaryContent,
} from "./summary.js";

/** The requests that a digest or a summary makes to its receiver. */
export type DigestFlags = Pick<Digest, "reply" | "verify" | "reborn">;

/** Spans that a summary describes. */
export interface Described {
  /** By lists or fingerprints, whichever is shorter. */
  readonly spans?: readonly DotSpan[];
  /**
   * By lists, since the receiver has sent one. It would answer a fingerprint with the same list, and so on. The list is
   * about as long as that of the receiver and the values that one of the two lacks.
   */
  readonly listed?: readonly DotSpan[];
  /** By one fingerprint each: the receiver probably has the same. */
  readonly same?: readonly DotSpan[];
}

/** A digest that waits until it is known whether the member understands summaries. */
interface Waiting {
  /** The probe that asks. */
  readonly number: number;
  readonly flags: DigestFlags;
  readonly gone: VersionVector;
}

const WAITING = new Slot<Waiting | undefined>(() => undefined);

interface DigestWriterDeps {
  readonly identity: Identity;
  readonly transport: Transport;
  readonly values: ValueLog;
  readonly peers: DeltaTracker;
  readonly prober: Prober;
  readonly overlay: { readonly suspects: readonly MemberId[] };
}

/**
 * Tells members what this node knows: in one digest if that is short, otherwise in summaries, whose size follows from what
 * differs. A member of an earlier version does not understand summaries, so each member is asked first.
 */
export class DigestWriter {
  private salt = 0;

  /** @param isBeginner whether this node is catching up after its start */
  constructor(
    private readonly deps: DigestWriterDeps,
    private readonly isBeginner: () => boolean,
  ) {}

  /**
   * Tells the member everything that this node knows.
   * @param gone values that the member lacks and that this node has deleted
   * @param settledAt younger values are left out of fingerprints, by this node's clock, in ms
   */
  send(to: MemberId, flags: DigestFlags, gone: VersionVector, settledAt: number): void {
    const peer = this.deps.peers.of(to);
    if (this.isShort(gone) || peer.readsSummaries === false) this.sendWhole(to, flags, gone);
    else if (peer.readsSummaries === true || isTight(this.deps.transport))
      this.sendSummary(to, { spans: [ALL_DOTS] }, { flags, gone, known: this.knownDots(settledAt) });
    else peer.slots.set(WAITING, { number: this.deps.prober.send(to, { summaries: true }), flags, gone });
  }

  /** The member has answered a probe, which may show whether it understands summaries. */
  probeAnswered(from: MemberId, { number, summaries = false }: ProbeOk, settledAt: number): void {
    const peer = this.deps.peers.of(from);
    const waiting = peer.slots.find(WAITING);
    if (waiting?.number !== number) return;
    peer.readsSummaries = summaries;
    peer.slots.clear(WAITING);
    this.send(from, waiting.flags, waiting.gone, settledAt);
  }

  /** Tells the member what this node knows of some spans. */
  sendSummary(
    to: MemberId,
    { spans = [], listed: lists = [], same = [] }: Described,
    { flags, gone, known }: { flags: DigestFlags; gone: VersionVector; known: KnownDots },
  ): void {
    const { suspects, room } = this.suspects();
    this.salt++;
    const send = (content: SummaryContent, lost?: Pick<Summary, "gone">) => {
      const { incarnation } = this.deps.identity;
      const head = { type: "summary", incarnation, salt: this.salt } as const;
      const message: Summary = { ...head, ...content, ...flags, ...this.state, ...lost, ...suspects };
      this.deps.transport.send(to, message);
    };
    for (const vector of vectorChunks(gone.ranges(), room)) send({ places: [], known: [] }, { gone: vector });
    const sections = [
      ...describe(spans, known, this.salt, room),
      ...lists.map((span) => listed(span, partsIn(known.all, span))),
      ...same.map((span) => fingerprinted(span, known.settled, this.salt)),
    ];
    for (const content of pack(joinLists(sections.sort(bySpan)), room)) send(content);
    this.deps.peers.of(to).doubtAnswers();
  }

  /** The dots that this node knows, in order. */
  knownDots(settledAt: number): KnownDots {
    const { values } = this.deps;
    const all = inOrder(values.known.ranges());
    const young = values.youngestAfter(settledAt);
    return { all, settled: young.length === 0 ? all : inOrder(values.known.without(VersionVector.of(young))) };
  }

  private get state(): Pick<Digest, "beginner"> {
    return this.isBeginner() ? { beginner: true } : {};
  }

  private sendWhole(to: MemberId, flags: DigestFlags, gone: VersionVector): void {
    const { incarnation } = this.deps.identity;
    const message: Digest = {
      type: "digest",
      incarnation,
      vector: this.deps.values.known.toWire(),
      ...flags,
      ...this.state,
      ...(!gone.isEmpty && { gone: gone.toWire() }),
      ...this.suspects().suspects,
    };
    this.deps.transport.send(to, message);
    this.deps.peers.of(to).doubtAnswers();
  }

  /** Whether everything fits into one digest that is shorter than summaries usually are. */
  private isShort(gone: VersionVector): boolean {
    let left = Math.min(ANTI_ENTROPY.wholeBytes, this.suspects().room);
    for (const vector of [this.deps.values.known, gone])
      for (const range of vector.ranges()) {
        left -= wireSize(range);
        if (left < 0) return false;
      }
    return true;
  }

  /** The suspects as far as they fit, and the room that they leave for vectors. */
  private suspects() {
    const room = roomForKnowledge(this.deps.transport);
    const { suspects } = this.deps.overlay;
    const named = fitSuspects(suspects.length > 0 ? suspects : undefined, room / 4);
    return { suspects: named, room: named.suspects === undefined ? room : room - jsonSize(named.suspects) };
  }
}
