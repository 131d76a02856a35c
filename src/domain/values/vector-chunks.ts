import type { ActorId, DotRange } from "./dot.js";
import { jsonSize } from "./json-value.js";
import type { WireVector } from "./version-vector.js";

/** Returns the most bytes that the ranges take in a `WireVector`, each with its actor. */
export function wireSize([actor, first, count]: DotRange): number {
  return jsonSize(actor) + 6 + rangeSize(first, first + count - 1);
}

/**
 * Divides dots into vectors for the wire. Each of them is true alone, so losing one loses no other.
 * @param room size limit of a vector, in bytes of JSON; a vector of a single range may exceed it
 */
export function* vectorChunks(dots: Iterable<DotRange>, room: number): Generator<WireVector> {
  let chunk: [ActorId, [number, number][]][] = [];
  let bytes = 2;
  for (const [actor, first, count] of dots) {
    const last = first + count - 1;
    const entry = chunk.at(-1);
    const isKnown = entry?.[0] === actor;
    const size = isKnown ? rangeSize(first, last) : wireSize([actor, first, count]);
    if (chunk.length > 0 && bytes + size > room) {
      yield chunk;
      chunk = [[actor, [[first, last]]]];
      bytes = 2 + wireSize([actor, first, count]);
      continue;
    }
    if (isKnown) entry[1].push([first, last]);
    else chunk.push([actor, [[first, last]]]);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

/** `[first,last],` */
function rangeSize(first: number, last: number): number {
  return String(first).length + String(last).length + 4;
}
