import type { CancelTask, Clock } from "../../domain/ports/clock.js";
import type { Log } from "../../domain/ports/log.js";
import { certificateExpiring } from "./log-events.js";

const DAY = 24 * 3_600_000;
/** Pause between two looks at the date, in ms. */
const DATE_CHECK = DAY / 2;
/** Time before the expiry at which the warnings begin, in ms. */
const WARNING_TIME = 14 * DAY;

/** Warns while this node's certificate is about to expire: afterwards no other member would accept a new connection. */
export class ExpiryWatch {
  private cancel: CancelTask = () => {};

  /** @param timeOfDay in ms since 1970 */
  constructor(
    private readonly deps: { readonly clock: Clock; readonly log: Log },
    private readonly timeOfDay: () => number = Date.now,
  ) {}

  /**
   * Watches a certificate instead of the one before.
   * @param expires in ms since 1970
   */
  watch(expires: number): void {
    this.cancel();
    const left = expires - this.timeOfDay();
    if (left < WARNING_TIME) this.deps.log.event(certificateExpiring({ expires, days: Math.floor(left / DAY) }));
    this.cancel = this.deps.clock.schedule(DATE_CHECK, () => this.watch(expires));
  }

  close(): void {
    this.cancel();
  }
}
