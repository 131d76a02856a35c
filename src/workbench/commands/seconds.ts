/** A second in ms. */
export const SECOND = 1000;

/** The longest time that an option accepts, in ms. */
export const DAY_IN_SECONDS = 86_400;

/** Parses an option in seconds into ms. */
export function inMilliseconds(seconds: number): number;
export function inMilliseconds(seconds: number | undefined): number | undefined;
export function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * SECOND;
}
