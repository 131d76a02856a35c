/** Of so many incarnations within a millisecond one is drawn: two processes that start in the same one do not take the same. */
const PER_MILLISECOND = 1024;

/** The last incarnation that was given out in this process. */
let last = 0;

/**
 * An incarnation for a node that starts now: larger than all that this process has given out, and in all likelihood than
 * those of processes that started before. A whole number, exact until the year 2248.
 * @param timeOfDay ms since 1970
 * @param chance a number drawn uniformly from [0, 1)
 */
export function nextIncarnation(timeOfDay: number = Date.now(), chance: number = Math.random()): number {
  last = Math.max(last + 1, Math.floor(timeOfDay) * PER_MILLISECOND + Math.floor(chance * PER_MILLISECOND));
  return last;
}
