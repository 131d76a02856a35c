import type { Finding, Findings } from "./findings.js";
import { LEAST_SHARE } from "./load.js";

/** A challenge asks for its rate. */
export function missingLoad({ challenge, cutShort, settings, load, operations }: Findings): Finding[] {
  if (challenge === undefined || cutShort !== undefined || operations.invoked === 0) return [];
  if (load.carried >= LEAST_SHARE) return [];
  const fails = load.carriedByNodes < LEAST_SHARE;
  const short = `${load.done.toFixed(1)} of ${settings.rate} operations/s were carried`;
  if (!fails) return [{ reason: { kind: "disturbed", text: `${short}, because the bench itself was late` }, fails }];
  const failedShare = load.begun === 0 ? 0 : 1 - load.done / load.begun;
  const whys = [
    ...(load.waited < 0.01
      ? []
      : [
          `for ${percent(load.waited)} of the time an operation was due while every client waited for its node's answer`,
        ]),
    ...(failedShare < 0.01 ? [] : [`${percent(failedShare)} of the operations failed`]),
  ];
  return [{ reason: { kind: "load", text: `${short}: ${whys.join(", and ")}` }, fails }];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
