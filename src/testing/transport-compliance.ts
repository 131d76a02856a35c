import { InvalidOptions, quote } from "../application/options/invalid-options.js";
import { bodyChecks } from "./transport-compliance/bodies.js";
import { checkHarness } from "./transport-compliance/check-harness.js";
import { deliveryChecks } from "./transport-compliance/delivery.js";
import type { TransportHarness } from "./transport-compliance/harness.js";
import { lifetimeChecks } from "./transport-compliance/lifetime.js";
import { limitChecks } from "./transport-compliance/limits.js";
import { ComplianceFailure, Scene } from "./transport-compliance/scene.js";

export type { QueuePromise, TransportHarness } from "./transport-compliance/harness.js";
export { ComplianceFailure } from "./transport-compliance/scene.js";

/** One promise that every transport makes, and how to find out whether it is kept. */
export interface TransportCheck {
  /** The promise, as the rest of a sentence that begins with "a transport …". */
  readonly name: string;
  /**
   * Opens transports through a harness of its own, and closes them.
   * @throws {ComplianceFailure} if the promise is not kept; its message says what happened instead, and what the harness's
   * log had to say
   * @throws {InvalidOptions} if the harness is not one
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
  if (typeof createHarness !== "function")
    throw new InvalidOptions(
      `transportChecks takes a function that makes a TransportHarness, not ${quote(createHarness)}`,
    );
  const checks = { ...deliveryChecks, ...bodyChecks, ...limitChecks, ...lifetimeChecks };
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: async () => {
      const harness = checkHarness(await createHarness());
      const scene = new Scene(harness);
      try {
        await check(scene);
      } catch (error) {
        throw withLog(error, harness.log);
      } finally {
        await scene.end();
      }
    },
  }));
}

/** The most lines of the log, the last ones, that are told with a failure. */
const MOST_LINES = 50;

/** The failure, with what the transports told their operator. Other errors than failures of the suite are left alone but for that. */
function withLog(error: unknown, log: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const skipped = log.length > MOST_LINES ? [`… ${log.length - MOST_LINES} lines before these`] : [];
  const lines = log.length === 0 ? ["(nothing)"] : [...skipped, ...log.slice(-MOST_LINES)];
  const message = [`${error.message}`, "The harness's log says:", ...lines.map((line) => `  ${line}`)].join("\n");
  if (error instanceof ComplianceFailure) return new ComplianceFailure(message, { cause: error });
  return new Error(message, { cause: error });
}
