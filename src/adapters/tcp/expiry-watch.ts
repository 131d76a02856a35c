import type { CancelTask, Clock } from "../../domain/ports/clock.js";

const DAY = 24 * 3_600_000;
/** Pause between two looks at the date, in ms. */
export const DATE_CHECK = DAY / 2;
/** Time before the expiry at which the warnings begin, in ms. */
const WARNING_TIME = 14 * DAY;

/** The date at which a certificate expires. */
interface Expiry {
  /** In ms since 1970. */
  readonly expires: number;
  /** Whole days that are left; below 0 if it has expired. */
  readonly days: number;
}

/** The days until an expiry in words. @param days whole days, from 0 */
export function daysLeft(days: number): string {
  if (days < 1) return "within a day";
  return days === 1 ? "in 1 day" : `in ${days} days`;
}

/** Warns twice a day while a certificate is about to expire: afterwards no peer would accept a new connection. */
export class ExpiryWatch {
  private cancel: CancelTask = () => {};
  private watched: number | undefined;

  /** @param timeOfDay in ms since 1970 */
  constructor(
    private readonly deps: { readonly clock: Clock; readonly warn: (expiry: Expiry) => void },
    private readonly timeOfDay: () => number = Date.now,
  ) {}

  /**
   * Watches a certificate instead of the one before. The first warning comes at once if it is due, unless the one before expires at the
   * same time.
   * @param expires in ms since 1970
   */
  watch(expires: number): void {
    if (expires === this.watched) return;
    this.watched = expires;
    this.look(expires);
  }

  close(): void {
    this.cancel();
  }

  private look(expires: number): void {
    this.cancel();
    const left = expires - this.timeOfDay();
    if (left < WARNING_TIME) this.deps.warn({ expires, days: Math.floor(left / DAY) });
    this.cancel = this.deps.clock.schedule(DATE_CHECK, () => this.look(expires));
  }
}
