import { type ActorId, type DotRange, dotCount } from "../../domain/values/dot.js";
import type { Delivery } from "../../library/index.js";
import { writeCursor } from "./cursor.js";
import { Seen } from "./seen.js";
import type { Selection } from "./selection.js";

/** Upper bound on remembered cursors. */
const MOST_CURSORS = 1000;

/** A value that this server has, ready to be sent to clients. */
export interface LoggedEvent {
  /** Place in the order of arrival at this server; numbers have gaps once values are deleted. */
  readonly place: number;
  readonly author: ActorId;
  readonly number: number;
  /** `undefined` for a value of no topic. */
  readonly topic: string | undefined;
  /** The delivery as JSON: `{"value":…,"member":…,"author":…,"number":…}`, and `topic` if it has one. */
  readonly json: string;
  /** Number of values that this server had shown or deleted when it showed this one, this one included. */
  readonly total: number;
}

/** The node behind the log. */
export interface EventSource {
  /** The dots whose values this node does not have any more. */
  gone(): readonly DotRange[];
}

/**
 * The values of a node in the order of their arrival, from which any number of clients read at their own pace. The log holds a
 * value as long as the node does.
 */
export class EventLog {
  private events: LoggedEvent[] = [];
  /** Everything that was shown or deleted so far. */
  private readonly seen = new Seen();
  private readonly followers = new Set<() => void>();
  private deleted: readonly DotRange[] = [];
  /** Counts the deletions, so that readers need not look for gaps at each step. */
  private deletions = 0;
  /** Cursors at the latest events, which most readers of a selection have in common, by place and selection. */
  private readonly cursors = new Map<string, string | undefined>();
  private nextPlace = 0;

  constructor(private readonly source: EventSource) {
    this.prune();
  }

  /** Place of the next event. */
  get end(): number {
    return this.nextPlace;
  }

  /** Number of events. */
  get size(): number {
    return this.events.length;
  }

  add({ value, member, author, number, topic }: Delivery<unknown>): void {
    this.seen.add(author, number);
    const json = JSON.stringify({ value, member, author, number, topic });
    this.events.push({ place: this.nextPlace++, author, number, topic, json, total: this.seen.count });
    this.wake();
  }

  /** The event at `place`, or the first one after it. */
  from(place: number): LoggedEvent | undefined {
    return this.events[this.indexOf(place)];
  }

  /** Everything that this server has shown or deleted so far. */
  present(): Seen {
    return this.seen.copy();
  }

  /** The values that were deleted before now. */
  deletedSoFar(): Seen {
    return Seen.of(this.deleted);
  }

  /** Changes when values are deleted: only then there may be new gaps. */
  get deletionCount(): number {
    return this.deletions;
  }

  /** The values that `seen` lacks, and that no longer exist. */
  gapsFor(seen: Seen): DotRange[] {
    return [...seen.missing(this.deleted)];
  }

  /** The cursor of a client that has seen `seen` of a selection and has just got `event`. */
  cursorAt(event: LoggedEvent, seen: Seen, selection: Selection): string | undefined {
    // The client has seen all that this server had shown or deleted by then; if the numbers are equal, nothing else.
    if (seen.count !== event.total) return writeCursor(seen, selection);
    const key = `${event.place} ${selection ?? ""}`;
    if (!this.cursors.has(key)) {
      if (this.cursors.size >= MOST_CURSORS) this.cursors.clear();
      this.cursors.set(key, writeCursor(seen, selection));
    }
    return this.cursors.get(key);
  }

  /** Drops the events whose values the node has deleted. */
  prune(): void {
    const deletedNow = this.source.gone();
    // Deleted values stay deleted, so the number tells whether anything has changed.
    if (dotCount(deletedNow) === dotCount(this.deleted)) return;
    this.deleted = deletedNow;
    this.deletions++;
    for (const [author, first, count] of this.deleted) this.seen.add(author, first, first + count - 1);
    const deleted = Seen.of(this.deleted);
    const kept = this.events.filter(({ author, number }) => !deleted.has(author, number));
    if (kept.length === this.events.length) return;
    this.events = kept;
    this.wake();
  }

  /** Values were deleted elsewhere before they came here. */
  missed(): void {
    this.prune();
    this.wake();
  }

  /** Calls `listener` when there may be something new. @returns a function that ends this */
  follow(listener: () => void): () => void {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  private wake(): void {
    for (const listener of this.followers) listener();
  }

  /** Index of the first event at `place` or later: binary search. */
  private indexOf(place: number): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.events[middle] as LoggedEvent).place < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
