import { bodyChecks } from "./transport-compliance/bodies.js";
import { deliveryChecks } from "./transport-compliance/delivery.js";
import type { TransportHarness } from "./transport-compliance/harness.js";
import { lifetimeChecks } from "./transport-compliance/lifetime.js";
import { limitChecks } from "./transport-compliance/limits.js";
import { Scene } from "./transport-compliance/scene.js";

export type { QueuePromise, TransportHarness } from "./transport-compliance/harness.js";
export { ComplianceFailure } from "./transport-compliance/scene.js";

/** One promise that every transport makes, and how to find out whether it is kept. */
export interface TransportCheck {
  /** The promise, as the rest of a sentence that begins with "a transport …". */
  readonly name: string;
  /**
   * Opens transports through a harness of its own, and closes them.
   * @throws {ComplianceFailure} if the promise is not kept; its message says what happened instead
   */
  run(): Promise<void>;
}

/**
 * The promises of the port `Transport`, to be checked on any implementation with any test runner:
 *
 *     for (const { name, run } of transportChecks(createHarness)) it(name, run);
 *
 * Messages may be lost now and then, doubled and out of order; nothing here assumes otherwise.
 * @param createHarness called once for each check, so that no check sees another one's network
 */
export function transportChecks(createHarness: () => TransportHarness | Promise<TransportHarness>): TransportCheck[] {
  const checks = { ...deliveryChecks, ...bodyChecks, ...limitChecks, ...lifetimeChecks };
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: async () => {
      const scene = new Scene(await createHarness());
      try {
        await check(scene);
      } finally {
        await scene.end();
      }
    },
  }));
}
