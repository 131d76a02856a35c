/** A metric of a node at one moment, in the model of OpenMetrics. */
export type Metric =
  | {
      /** Its name, with the unit at its end; without `_total`. */
      readonly name: string;
      /** What it measures, as one sentence. */
      readonly help: string;
      /** A counter only grows while the node lives; a gauge goes up and down. */
      readonly type: "counter" | "gauge";
      readonly samples: readonly Sample[];
    }
  | {
      readonly name: string;
      readonly help: string;
      readonly type: "histogram";
      /** For each upper bound, the number of values up to it, those of smaller bounds included; the last bound is `Infinity`. */
      readonly buckets: readonly (readonly [upTo: number, count: number])[];
      /** Sum of all values. */
      readonly sum: number;
      /** Number of all values. */
      readonly count: number;
    };

/** One value of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric without labels. */
export function single(name: string, help: string, type: "counter" | "gauge", value: number): Metric {
  return { name, help, type, samples: [{ labels: {}, value }] };
}

/** A metric with a value per label. */
export function labelled(
  name: string,
  help: string,
  type: "counter" | "gauge",
  label: string,
  values: Iterable<readonly [string, number]>,
): Metric {
  return { name, help, type, samples: Array.from(values, ([key, value]) => ({ labels: { [label]: key }, value })) };
}
