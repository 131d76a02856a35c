import { INCARNATION } from "../../domain/config.js";

/** The last incarnation used in this process. */
let last = 0;

/**
 * Returns an incarnation for a node that starts now. It is larger than all earlier ones of this process, and very probably
 * than those of processes that started before. A whole number, exact until the year 2248.
 * @param timeOfDay ms since 1970
 * @param chance a number drawn uniformly from [0, 1)
 */
export function nextIncarnation(timeOfDay: number = Date.now(), chance: number = Math.random()): number {
  const { perMillisecond } = INCARNATION;
  last = Math.max(last + 1, Math.floor(timeOfDay) * perMillisecond + Math.floor(chance * perMillisecond));
  return last;
}
