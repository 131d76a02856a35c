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

/** One promise of every transport, and a check of it. */
export interface TransportCheck {
  /** The promise, as the end of a sentence that begins with "a transport …". */
  readonly name: string;
  /**
   * Opens transports through a harness of its own, checks the promise, and closes them.
   * @throws {ComplianceFailure} if the promise is not kept; its message describes what happened instead, and quotes the harness's
   * log
   * @throws {InvalidOptions} if the harness is invalid
   */
  run(): Promise<void>;
}

/**
 * The promises of the port `Transport`, for any implementation and any test runner:
 *
 *     for (const { name, run } of transportChecks(createHarness)) it(name, run);
 *
 * Messages may occasionally be lost, duplicated and reordered; the checks allow that.
 * @param createHarness called once per check, so that checks do not share a network
 */
export function transportChecks(createHarness: () => TransportHarness | Promise<TransportHarness>): TransportCheck[] {
  if (typeof createHarness !== "function")
    throw new InvalidOptions(
      `transportChecks needs a function that returns a TransportHarness, not ${quote(createHarness)}`,
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

/** Upper bound on log lines quoted with a failure: the last ones. */
const MOST_LINES = 50;

/** Adds the transports' log to a failure. Other errors are returned unchanged. */
function withLog(error: unknown, log: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const skipped =
    log.length > MOST_LINES
      ? [`… ${log.length - MOST_LINES} earlier ${log.length - MOST_LINES === 1 ? "line" : "lines"}`]
      : [];
  const lines = log.length === 0 ? ["(nothing)"] : [...skipped, ...log.slice(-MOST_LINES)];
  const message = [`${error.message}`, "The harness's log says:", ...lines.map((line) => `  ${line}`)].join("\n");
  if (error instanceof ComplianceFailure) return new ComplianceFailure(message, { cause: error });
  return new Error(message, { cause: error });
}
