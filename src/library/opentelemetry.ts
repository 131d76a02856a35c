/**
 * Metrics of a node through OpenTelemetry: `import { observeNode } from "tidecast/opentelemetry"`. Its types need the package
 * `@opentelemetry/api`.
 * @module tidecast/opentelemetry
 */
import type { Attributes, Meter, ObservableResult } from "@opentelemetry/api";
import type { MeasuredNode } from "./metrics.js";
import { LATENCY_BUCKETS } from "./node/metrics/histogram.js";
import { metricReader } from "./node/metrics/metric-reader.js";

/** A node that reports each latency as well. */
export interface ObservedNode extends MeasuredNode {
  onLatency(listener: (latency: number) => void): () => void;
}

/**
 * Reports the metrics of a node to a meter: counters and gauges when the meter's reader asks, and the latency of each delivery as it
 * happens, as the histogram `tidecast_delivery_latency_seconds`, with the buckets of `openMetrics` unless a view sets others. Each has the attribute `node`, this node's id.
 * @returns a function that ends it
 */
export function observeNode(node: ObservedNode, meter: Meter): () => void {
  const own: Attributes = { node: node.id };
  const ends: (() => void)[] = [];
  const metricNamed = metricReader(node);
  for (const { name, help: description, type } of node.metrics()) {
    if (type === "histogram") continue;
    const instrument =
      type === "counter"
        ? meter.createObservableCounter(name, { description })
        : meter.createObservableGauge(name, { description });
    const observe = (result: ObservableResult) => {
      const metric = metricNamed(name);
      if (metric === undefined || metric.type === "histogram") return;
      for (const { labels, value } of metric.samples) result.observe(value, { ...own, ...labels });
    };
    instrument.addCallback(observe);
    ends.push(() => instrument.removeCallback(observe));
  }
  const latencies = meter.createHistogram("tidecast_delivery_latency_seconds", {
    description: "Time from the acceptance of a value by another member to its delivery here.",
    unit: "s",
    // The default buckets of OpenTelemetry suit ms: nearly all latencies in seconds would be in the first one.
    advice: { explicitBucketBoundaries: [...LATENCY_BUCKETS] },
  });
  ends.push(node.onLatency((latency) => latencies.record(latency / 1000, own)));
  return () => {
    for (const end of ends) end();
  };
}
