const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** A hash of 32 bits: FNV-1a over UTF-16 code units (Fowler, Noll, Vo), mixed as in MurmurHash3, so that similar ids lie apart. */
export function hashOf(text: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
