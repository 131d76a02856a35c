import { ANTI_ENTROPY } from "../config.js";
import type { SpanKnowledge, Summary } from "../messages.js";
import type { DotRange } from "../values/dot.js";
import { comparePlaces, type DotPlace, type DotSpan, inOrder, partsIn } from "../values/dot-spans.js";
import { fingerprint } from "../values/fingerprint.js";
import { jsonSize } from "../values/json-value.js";
import { vectorChunks, wireSize } from "../values/vector-chunks.js";
import { VersionVector } from "../values/version-vector.js";

/** The places and contents of a message. */
export type SummaryContent = Pick<Summary, "places" | "known">;

/** A span, and the knowledge of a node about it. */
interface Section {
  readonly span: DotSpan;
  readonly known: SpanKnowledge;
}

/** The dots that a node knows, in the order of all dots. */
export interface KnownDots {
  readonly all: readonly DotRange[];
  /** Those that are old enough to be everywhere. Only these are compared by fingerprints: younger ones differ all the time. */
  readonly settled: readonly DotRange[];
}

/** Bytes of JSON of a place besides its actor's, of a fingerprint, and of a span's ranges besides the ranges. */
const [PLACE_BYTES, FINGERPRINT_BYTES, VECTOR_BYTES] = [22, 17, 6];

/** The sections of a received message. A span between two of them that the message does not speak of is left out. */
export function* sectionsOf({ places, known }: SummaryContent): Generator<Section> {
  for (const [index, content] of known.entries())
    if (content !== null) yield { span: [places[index] ?? null, places[index + 1] ?? null], known: content };
}

/**
 * Describes spans, each by its dots if they are few, otherwise by fingerprints of its parts: few enough for one message, since
 * the first question is whether there is any difference.
 * @param room size limit of a message, in bytes of JSON
 */
export function describe(
  spans: readonly DotSpan[],
  { all, settled }: KnownDots,
  salt: number,
  room = Number.POSITIVE_INFINITY,
): Section[] {
  return spans.flatMap((span) => {
    const ranges = partsIn(all, span);
    const bytes = ranges.reduce((sum, range) => sum + wireSize(range), 0);
    if (bytes <= ANTI_ENTROPY.listedBytes || ranges.length < 2) return [listed(span, ranges)];
    // The ids of actors may be long: a part takes no more than its place, with the longest of them, and a fingerprint.
    const longest = ranges.reduce((most, [actor]) => Math.max(most, jsonSize(actor)), 0);
    const fitting = Math.max(2, Math.floor(room / spans.length / (longest + PLACE_BYTES + FINGERPRINT_BYTES)) - 1);
    const parts = Math.min(ANTI_ENTROPY.mostParts, fitting, ranges.length, Math.ceil(bytes / ANTI_ENTROPY.partBytes));
    return divide(span, ranges, parts).map((part) => fingerprinted(part, settled, salt));
  });
}

/** Joins the lists of sections that follow one another, which saves the places between them. The sections are in order. */
export function joinLists(sections: readonly Section[]): Section[] {
  const joined: Section[] = [];
  for (const section of sections) {
    const before = joined.at(-1);
    if (
      before === undefined ||
      typeof before.known === "number" ||
      typeof section.known === "number" ||
      !isSame(before.span[1], section.span[0])
    )
      joined.push(section);
    else {
      const known = VersionVector.fromWire([...before.known, ...section.known]).toWire();
      joined[joined.length - 1] = { span: [before.span[0], section.span[1]], known };
    }
  }
  return joined;
}

/** Describes a span by its dots, even if they are many. */
export function listed(span: DotSpan, ranges: readonly DotRange[]): Section {
  return { span, known: VersionVector.of(ranges).toWire() };
}

/** Describes a span by its fingerprint. */
export function fingerprinted(span: DotSpan, settled: readonly DotRange[], salt: number): Section {
  return { span, known: fingerprint(partsIn(settled, span), salt) };
}

/** Orders sections, whose spans do not overlap. */
export function bySpan({ span: [from] }: Section, { span: [other] }: Section): number {
  if (from === null || other === null) return from === null ? -1 : 1;
  return comparePlaces(from, other);
}

/**
 * Packs ordered sections into messages. A section that does not fit is cut. Each message is true alone.
 * @param room size limit of the places and contents of a message, in bytes of JSON
 */
export function* pack(sections: Iterable<Section>, room: number): Generator<SummaryContent> {
  let packet = new Packet(room);
  const queue = [...sections].reverse();
  for (let section = queue.pop(); section !== undefined; section = queue.pop()) {
    const rest = packet.add(section);
    if (rest === undefined) continue;
    yield packet.content;
    packet = new Packet(room);
    queue.push(rest);
  }
  if (!packet.isEmpty) yield packet.content;
}

/** The content of a message while it is put together. */
class Packet {
  private readonly places: (DotPlace | null)[] = [];
  private readonly known: (SpanKnowledge | null)[] = [];
  private bytes = 0;

  constructor(private readonly room: number) {}

  get isEmpty(): boolean {
    return this.known.length === 0;
  }

  get content(): SummaryContent {
    return { places: this.places, known: this.known };
  }

  /** Adds as much of the section as fits; returns the rest. If the packet is empty, it takes at least one range, even if that does not fit. */
  add({ span, known }: Section): Section | undefined {
    const [from, to] = span;
    const follows = !this.isEmpty && isSame(this.places.at(-1) ?? null, from);
    const bounds = (follows ? 0 : sizeOf(from) + 5) + sizeOf(to);
    if (typeof known === "number") {
      if (!this.isEmpty && this.bytes + bounds + FINGERPRINT_BYTES > this.room) return { span, known };
      this.append(span, known, bounds + FINGERPRINT_BYTES);
      return undefined;
    }
    const left = this.room - this.bytes - bounds - VECTOR_BYTES;
    const size = jsonSize(known);
    if (size <= left) {
      this.append(span, known, bounds + VECTOR_BYTES + size);
      return undefined;
    }
    const ranges = inOrder(VersionVector.fromWire(known).ranges());
    // The part ends at a place that is known only then; it takes no more than the longest one.
    const longest = Math.max(0, ...known.map(([actor]) => jsonSize(actor))) + PLACE_BYTES;
    const [head = []] = vectorChunks(ranges, left - longest);
    if (!this.isEmpty && jsonSize(head) > left - longest) return { span, known };
    const count = head.reduce((sum, [, list]) => sum + list.length, 0);
    const next = ranges[count];
    if (next === undefined) {
      this.append(span, known, this.room);
      return undefined;
    }
    const cut: DotPlace = [next[0], next[1]];
    this.append([from, cut], head, this.room);
    return { span: [cut, to], known: VersionVector.of(ranges.slice(count)).toWire() };
  }

  private append([from, to]: DotSpan, known: SpanKnowledge, bytes: number): void {
    if (this.isEmpty) this.places.push(from);
    else if (!isSame(this.places.at(-1) ?? null, from)) {
      this.known.push(null);
      this.places.push(from);
    }
    this.known.push(known);
    this.places.push(to);
    this.bytes += bytes;
  }
}

/** Divides a span so that each part has about as many of the ranges. */
function divide([from, to]: DotSpan, ranges: readonly DotRange[], parts: number): DotSpan[] {
  const cuts: DotPlace[] = [];
  for (let part = 1; part < parts; part++) {
    const at = Math.round((part * ranges.length) / parts);
    const [before, next] = [ranges[at - 1], ranges[at]];
    if (before !== undefined && next !== undefined) cuts.push(placeBetween(before, next));
  }
  const bounds = [from, ...cuts, to];
  return bounds.slice(1).map((end, index) => [bounds[index] ?? null, end]);
}

/** The shortest place after one range and not after the next. */
function placeBetween([before]: DotRange, [actor, first]: DotRange): DotPlace {
  if (before === actor) return [actor, first];
  let length = 1;
  // Half of a character would not survive every encoding.
  while (actor.slice(0, length) <= before || isHalf(actor.charCodeAt(length - 1))) length++;
  return [actor.slice(0, length), 1];
}

/** Whether a UTF-16 unit is the first half of a character. */
function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isSame(one: DotPlace | null, other: DotPlace | null): boolean {
  return one === other || (one !== null && other !== null && comparePlaces(one, other) === 0);
}

function sizeOf(place: DotPlace | null): number {
  return place === null ? 5 : jsonSize(place[0]) + PLACE_BYTES;
}
