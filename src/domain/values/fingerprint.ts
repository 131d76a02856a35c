import type { DotRange } from "./dot.js";

/** A number that differs, almost certainly, for different dots. */
export type Fingerprint = number;

/** Primes below 2^32 that differ in half of their bits; from xxHash. */
const [PRIME_A, PRIME_B] = [2_654_435_761, 2_246_822_519];

/**
 * Returns the fingerprint of dots in their order: 53 bits, so that it is exact in JSON. It protects against accidents, not
 * against forgers: members trust each other. Two nodes with different dots take them for equal with a probability of
 * 2^-53, and with another salt they do not.
 * @param ranges as `inOrder` sorts them; ranges that touch have to be one
 */
export function fingerprint(ranges: Iterable<DotRange>, salt: number): Fingerprint {
  let [a, b] = [salt | 0, Math.floor(salt / 2 ** 32) ^ 0x5bd1e995];
  const mix = (unit: number) => {
    a = Math.imul(a ^ unit, PRIME_A);
    b = Math.imul(b ^ unit ^ (a >>> 15), PRIME_B);
    a ^= b >>> 13;
  };
  const mixNumber = (number: number) => {
    mix(number | 0);
    mix(Math.floor(number / 2 ** 32));
  };
  for (const [actor, first, count] of ranges) {
    mixNumber(actor.length);
    for (let at = 0; at < actor.length; at++) mix(actor.charCodeAt(at));
    mixNumber(first);
    mixNumber(count);
  }
  for (let round = 0; round < 4; round++) mix(round);
  return (b >>> 0) * 2 ** 21 + ((a >>> 0) & (2 ** 21 - 1));
}
