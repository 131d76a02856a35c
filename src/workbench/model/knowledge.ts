/** Number of nodes whose counts are kept, shared and compared together. */
const CHUNK = 64;

/** Counts of neighbouring nodes; never modified. */
type Chunk = Readonly<Int32Array>;

/**
 * The values that a participant may have at some moment: for each node that got values, how many clients
 * gave to it, in the order in which it got them. A count is enough, since a message may carry everything that its sender may have.
 * Immutable once it has been handed out. In a large cluster most of it is the same everywhere, so participants share the chunks.
 */
export type Knowledge = readonly Chunk[];

/** The possible knowledge of one participant; the list of chunks is copied before a change if it was handed out. */
export class KnowledgeHolder {
  private chunks: Chunk[] = [];
  private isShared = false;

  share(): Knowledge {
    this.isShared = true;
    return this.chunks;
  }

  count(origin: number): number {
    return this.chunks[Math.floor(origin / CHUNK)]?.[origin % CHUNK] ?? 0;
  }

  has(origin: number, place: number): boolean {
    return this.count(origin) >= place;
  }

  raise(origin: number, place: number): void {
    if (this.has(origin, place)) return;
    const at = Math.floor(origin / CHUNK);
    const chunk = this.chunks[at]?.slice() ?? new Int32Array(CHUNK);
    chunk[origin % CHUNK] = place;
    while (this.chunks.length < at) this.replace(this.chunks.length, new Int32Array(CHUNK));
    this.replace(at, chunk);
  }

  learn(knowledge: Knowledge): void {
    for (let at = 0; at < knowledge.length; at++) {
      const known = this.chunks[at];
      const chunk = union(known, knowledge[at] as Chunk);
      if (chunk !== known) this.replace(at, chunk);
    }
  }

  private replace(at: number, chunk: Chunk): void {
    if (this.isShared) this.chunks = [...this.chunks];
    this.isShared = false;
    this.chunks[at] = chunk;
  }
}

/** The larger one of each two counts: `known` or `other` itself if it has all of them. */
function union(known: Chunk | undefined, other: Chunk): Chunk {
  if (known === undefined || known === other) return other;
  let knownHasAll = true;
  let otherHasAll = true;
  for (let at = 0; at < CHUNK; at++) {
    const difference = (known[at] as number) - (other[at] as number);
    if (difference < 0) knownHasAll = false;
    if (difference > 0) otherHasAll = false;
  }
  if (knownHasAll) return known;
  return otherHasAll ? other : known.map((count, at) => Math.max(count, other[at] as number));
}
