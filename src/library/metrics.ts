/**
 * Metrics of a node in OpenMetrics, with or without prom-client: `import { openMetrics, registerMetrics } from "tidecast/metrics"`.
 * @module tidecast/metrics
 */
import type { Metric, Sample } from "./node/metrics/metric.js";
import { metricReader } from "./node/metrics/metric-reader.js";

export type { Metric, Sample } from "./node/metrics/metric.js";

/** Every node, as far as its metrics are concerned. */
export interface MeasuredNode {
  readonly id: string;
  metrics(): Metric[];
}

/** A registry of prom-client, version 14 or later. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
}

/** The content type of `openMetrics`, for a response of HTTP. */
export const OPEN_METRICS_CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The metrics of a node as text in the format OpenMetrics 1.0. Each sample has the label `node`, this node's id. */
export function openMetrics(node: MeasuredNode): string {
  const lines: string[] = [];
  for (const metric of node.metrics()) {
    lines.push(`# TYPE ${metric.name} ${metric.type}`, `# HELP ${metric.name} ${metric.help}`);
    for (const { suffix, labels, value } of samplesOf(metric, node.id))
      lines.push(`${metric.name}${suffix}{${textOf(labels)}} ${Number.isFinite(value) ? value : "NaN"}`);
  }
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

/**
 * Adds the metrics of a node to a registry of prom-client, beside those of the application. They are read whenever the registry is.
 * Several nodes of one process need a registry each, which `Registry.merge` combines.
 * @returns a function that removes them again
 */
export function registerMetrics(node: MeasuredNode, registry: MetricRegistry): () => void {
  const names: string[] = [];
  const metricNamed = metricReader(node);
  for (const { name, help, type } of node.metrics()) {
    // prom-client appends nothing to names itself, unless its registry writes OpenMetrics.
    const full = type === "counter" ? `${name}_total` : name;
    const read = (present: string) => {
      const metric = metricNamed(name);
      const values = metric === undefined ? [] : samplesOf(metric, node.id);
      return {
        name: present,
        help,
        type,
        aggregator: "sum",
        values: values.map(({ suffix, labels, value }) => ({
          value,
          labels,
          ...(type === "histogram" && { metricName: `${name}${suffix}` }),
        })),
      };
    };
    const registered = {
      // A registry that writes OpenMetrics removes `_total` here, and appends it to the samples.
      name: full,
      help,
      type,
      aggregator: "sum",
      get: async () => read(registered.name),
      reset: () => {},
    };
    registry.registerMetric(registered as never);
    names.push(full);
  }
  return () => {
    for (const name of names) registry.removeSingleMetric(name);
  };
}

interface NamedSample extends Sample {
  readonly suffix: string;
}

function samplesOf(metric: Metric, node: string): NamedSample[] {
  if (metric.type !== "histogram") {
    const suffix = metric.type === "counter" ? "_total" : "";
    return metric.samples.map(({ labels, value }) => ({ suffix, labels: { node, ...labels }, value }));
  }
  const { buckets, sum, count } = metric;
  return [
    ...buckets.map(([upTo, value]) => ({
      suffix: "_bucket",
      labels: { node, le: upTo === Number.POSITIVE_INFINITY ? "+Inf" : String(upTo) },
      value,
    })),
    { suffix: "_sum", labels: { node }, value: sum },
    { suffix: "_count", labels: { node }, value: count },
  ];
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`,
    )
    .join(",");
}
