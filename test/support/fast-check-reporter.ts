import fc, { type RunDetails } from "fast-check";

/** Says what to do with a property that failed, after fast-check's own message. */
export function explainFailure(details: RunDetails<unknown>): void {
  if (!details.failed) return;
  const { seed, counterexamplePath, errorInstance } = details;
  const place = `{ seed: ${seed}, path: ${JSON.stringify(counterexamplePath)}, endOnFailure: true }`;
  const advice = [
    "",
    `To run this case alone, give fc.assert these parameters after the property: ${place}.`,
    "To keep it, copy the counterexample into a test of its own, next to this one: another seed may not find it again.",
    "If the property is right, the code is wrong: fix it, and remove the parameters.",
  ].join("\n");
  throw new Error(`${fc.defaultReportMessage(details)}${advice}`, { cause: errorInstance });
}

fc.configureGlobal({ reporter: explainFailure });
