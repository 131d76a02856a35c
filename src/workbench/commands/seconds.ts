/** A second in ms. */
export const SECOND = 1000;

/** The longest time that an option takes. */
export const DAY_IN_SECONDS = 86_400;

/** What an option says in seconds, in ms. */
export function inMilliseconds(seconds: number): number;
export function inMilliseconds(seconds: number | undefined): number | undefined;
export function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * SECOND;
}
