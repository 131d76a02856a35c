import { FakeClock } from "../../../src/adapters/fake-clock/fake-clock.js";
import { DeltaTracker } from "../../../src/domain/delta/delta-tracker.js";
import { Identity } from "../../../src/domain/identity/identity.js";
import {
  NO_GROUPS,
  Retention,
  type RetentionGroups,
  type RetentionPolicy,
} from "../../../src/domain/retention/retention.js";
import type { DotRange } from "../../../src/domain/values/dot.js";
import { ValueLog } from "../../../src/domain/values/value-log.js";

/** Time after which a value has found its way around failed members, in ms. */
export const HEALING = 10_000;

/**
 * A member `a` with neighbours `b` and `c` by default, which accepts a value and says so.
 * @param healingTime in ms, or that of the product
 */
export function retainingMember(
  retain: RetentionPolicy,
  retentionGroups: RetentionGroups = NO_GROUPS,
  members = ["a", "b", "c"],
  healingTime: number | "as built" = HEALING,
) {
  const clock = new FakeClock();
  /** The dots that the log has forgotten the values of, as they were given to the journal. */
  const forgotten: DotRange[] = [];
  const log = new ValueLog("a@1", undefined, { forgotten: (dots) => forgotten.push(...dots) });
  const peers = new DeltaTracker({ values: log });
  const identity = new Identity({ self: "a", members }, { incarnation: 1 });
  const retention = new Retention(
    {
      identity,
      clock,
      values: log,
      peers,
      pacer: { targets: () => members.slice(1) },
      options: { retain, retentionGroups },
    },
    healingTime === "as built" ? undefined : healingTime,
  );
  return {
    clock,
    log,
    peers,
    retention,
    forgotten,
    accept: (value: number) => {
      log.accept(value, clock.now());
      retention.valuesArrived();
    },
  };
}
