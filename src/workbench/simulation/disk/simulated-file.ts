import type { Random } from "../../../domain/ports/random.js";
import { between } from "../chance.js";

/** Unit in which the system writes a file to the medium, in bytes: small, so that short journals have many. */
export const PAGE = 128;

/** Bytes `start` up to but not including `end` of a file. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * A file as the system shows it (its cache), and as the medium holds it. A dirty page is in the cache alone. Any part of the
 * dirty pages may reach the medium before a sync, in any order.
 */
export class SimulatedFile {
  private cache = Buffer.alloc(4 * PAGE);
  private medium = Buffer.alloc(0);
  private length = 0;
  private durableLength = 0;
  private readonly dirty = new Set<number>();
  /** Pages that the medium cannot read. */
  private readonly bad = new Set<number>();
  /** Whether the system lost dirty pages and no sync has reported it yet. */
  private hasUnseenError = false;

  /** Whether damage at the end may hide the start of the next record. */
  endangersNext = false;

  constructor(readonly id: number) {}

  get size(): number {
    return this.length;
  }

  /** What a reader sees. */
  get bytes(): Buffer {
    return this.cache.subarray(0, this.length);
  }

  /** Number of bytes that a power cut leaves for certain. */
  get durableSize(): number {
    return Math.min(this.length, this.durableLength);
  }

  get hasBadPages(): boolean {
    return this.bad.size > 0;
  }

  /** Whether the medium cannot read one of these bytes. */
  isBad({ start, end }: Stretch): boolean {
    return [...this.bad].some((page) => page * PAGE < end && (page + 1) * PAGE > start);
  }

  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    this.reserve(end);
    this.cache.set(bytes, position);
    this.length = Math.max(this.length, end);
    for (let page = Math.floor(position / PAGE); page * PAGE < end; page++) this.dirty.add(page);
  }

  truncate(length: number): void {
    this.reserve(length);
    if (length < this.length) this.cache.fill(0, length, this.length);
    this.length = length;
    for (const page of [...this.dirty]) if (page * PAGE >= length) this.dirty.delete(page);
    if (length % PAGE !== 0) this.dirty.add(Math.floor(length / PAGE));
  }

  /** Brings everything to the medium. @returns false if dirty pages were lost before, which is reported once */
  sync(): boolean {
    this.flush([...this.dirty]);
    this.settle();
    const wasComplete = !this.hasUnseenError;
    this.hasUnseenError = false;
    return wasComplete;
  }

  /** A sync that fails: some dirty pages reach the medium, and the system forgets that the others have not. */
  failSync(random: Random): void {
    this.lose(random);
    this.hasUnseenError = false;
  }

  /** Writes some dirty pages to the medium, as the system does at any time. */
  flushSome(random: Random): void {
    this.flush([...this.dirty].filter(() => random.next() < 0.5));
  }

  /** Loses dirty pages as a failed sync does, in the background: the next sync reports it. */
  loseSome(random: Random): void {
    if (this.dirty.size === 0) return;
    this.lose(random);
    this.hasUnseenError = true;
  }

  /** A power cut: of each dirty page all, a part or nothing has reached the medium, and the cache is empty afterwards. */
  cutPower(random: Random): { readonly lost: number; readonly torn: number } {
    let [lost, torn] = [0, 0];
    this.extendMedium(this.length);
    for (const page of this.dirty) {
      const fate = random.next();
      if (fate < 0.4) lost++;
      else if (fate < 0.7) this.flush([page]);
      else {
        torn++;
        const [start, end] = [page * PAGE, Math.min((page + 1) * PAGE, this.length)];
        const tear = between(random, start, end);
        if (random.next() < 0.5) this.cache.copy(this.medium, start, start, tear);
        else this.cache.copy(this.medium, tear, tear, end);
      }
    }
    const [shorter, longer] = [Math.min(this.length, this.durableLength), Math.max(this.length, this.durableLength)];
    const chance = random.next();
    this.durableLength = chance < 0.3 ? shorter : chance < 0.7 ? longer : between(random, shorter, longer);
    this.medium.fill(0, this.durableLength);
    this.dirty.clear();
    this.hasUnseenError = false;
    this.cache = Buffer.from(this.medium.subarray(0, this.durableLength));
    this.length = this.durableLength;
    return { lost, torn };
  }

  /** Flips one bit of a clean byte on the medium. @returns false if the byte is not on the medium alone */
  flip(position: number, bit: number): boolean {
    const page = Math.floor(position / PAGE);
    if (position >= this.durableSize || this.dirty.has(page)) return false;
    this.medium[position] = (this.medium[position] as number) ^ (1 << bit);
    this.evict(page);
    return true;
  }

  /** Makes a clean page unreadable until it is written again. @returns false if the page is not on the medium alone */
  spoil(page: number): boolean {
    if (page * PAGE >= this.durableSize || this.dirty.has(page)) return false;
    this.bad.add(page);
    return true;
  }

  /** A dirty page, for a write that goes elsewhere; `undefined` if there is none. */
  takeDirty(random: Random): number | undefined {
    const pages = [...this.dirty];
    const page = pages[Math.floor(random.next() * pages.length)];
    if (page !== undefined) this.dirty.delete(page);
    return page;
  }

  /** Shows a page as the medium has it, as after an eviction from the cache. */
  evict(page: number): void {
    this.extendMedium(this.length);
    this.medium.copy(this.cache, page * PAGE, page * PAGE, Math.min((page + 1) * PAGE, this.length));
  }

  /** Overwrites a page of the medium with a page of another file, or from elsewhere in this one. */
  receiveStray(page: number, bytes: Uint8Array): void {
    this.extendMedium(this.length);
    const room = this.durableSize - page * PAGE;
    if (room > 0) this.medium.set(bytes.subarray(0, room), page * PAGE);
    if (!this.dirty.has(page)) this.evict(page);
  }

  private lose(random: Random): void {
    this.flush([...this.dirty].filter(() => random.next() < 0.5));
    this.dirty.clear();
  }

  private flush(pages: readonly number[]): void {
    this.extendMedium(this.length);
    for (const page of pages) {
      this.cache.copy(this.medium, page * PAGE, page * PAGE, Math.min((page + 1) * PAGE, this.length));
      this.bad.delete(page);
      this.dirty.delete(page);
    }
  }

  private settle(): void {
    this.extendMedium(this.length);
    this.medium.fill(0, this.length);
    this.durableLength = this.length;
  }

  private extendMedium(length: number): void {
    if (this.medium.length >= length) return;
    const extended = Buffer.alloc(Math.max(length, 2 * this.medium.length));
    this.medium.copy(extended);
    this.medium = extended;
  }

  private reserve(length: number): void {
    if (this.cache.length >= length) return;
    const extended = Buffer.alloc(Math.max(length, 2 * this.cache.length));
    this.cache.copy(extended, 0, 0, this.length);
    this.cache = extended;
  }
}
