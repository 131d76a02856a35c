import type { Metric } from "./metric.js";

/**
 * Returns a function that finds a metric by its name. A registry asks for one metric after the other, all in one turn of the event
 * loop; they are read together, once per turn.
 */
export function metricReader(node: { metrics(): Metric[] }): (name: string) => Metric | undefined {
  let present: Map<string, Metric> | undefined;
  return (name) => {
    if (present === undefined) {
      present = new Map(node.metrics().map((metric) => [metric.name, metric]));
      queueMicrotask(() => {
        present = undefined;
      });
    }
    return present.get(name);
  };
}
