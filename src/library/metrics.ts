/**
 * Metrics of a node in OpenMetrics, with or without prom-client: `import { openMetrics, registerMetrics } from "tidecast/metrics"`.
 * @module tidecast/metrics
 */
import { InvalidOptions, quote } from "../application/options/invalid-options.js";
import type { Metric, Sample } from "./node/metrics/metric.js";
import { metricReader } from "./node/metrics/metric-reader.js";

export { InvalidOptions } from "../application/options/invalid-options.js";
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
  getSingleMetric(name: string): unknown;
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
 * Adds the metrics of a node to a registry of prom-client, beside those of the application and of other nodes. They are read whenever the
 * registry is.
 * @returns a function that removes them again
 * @throws {InvalidOptions} if the registry has the metrics of a node with this id already, or an argument is no node or no registry
 */
export function registerMetrics(node: MeasuredNode, registry: MetricRegistry): () => void {
  if (typeof (node as MeasuredNode | null | undefined)?.metrics !== "function")
    throw new InvalidOptions(`registerMetrics needs a node of createNode as its first argument, not ${quote(node)}`);
  if (typeof (registry as MetricRegistry | null | undefined)?.registerMetric !== "function")
    throw new InvalidOptions(
      `registerMetrics needs a registry of prom-client as its second argument, not ${quote(registry)}`,
    );
  const ends: (() => void)[] = [];
  const metricNamed = metricReader(node);
  for (const { name, help, type } of node.metrics()) {
    const { full, nodes } = sharedMetric(registry, { name, help, type });
    if (nodes.has(node.id))
      throw new InvalidOptions(
        `the registry has the metrics of a node ${quote(node.id)} already; call the function that registerMetrics returned for it first`,
      );
    nodes.set(node.id, () => metricNamed(name));
    ends.push(() => {
      if (nodes.delete(node.id) && nodes.size === 0) registry.removeSingleMetric(full);
    });
  }
  return () => {
    for (const end of ends.splice(0)) end();
  };
}

/** A metric of a registry, which has one of each name: all nodes share it. */
interface SharedMetric {
  /** Its name in the registry. */
  readonly full: string;
  /** Reads the metric of each node, by id. */
  readonly nodes: Map<string, () => Metric | undefined>;
  /** The object that the registry has. */
  readonly registered: object;
}

const sharedMetrics = new WeakMap<MetricRegistry, Map<string, SharedMetric>>();

/** The metric of a registry that all nodes share. Registers it if it is not there, or not any more. */
function sharedMetric(
  registry: MetricRegistry,
  { name, help, type }: Pick<Metric, "name" | "help" | "type">,
): SharedMetric {
  const known = sharedMetrics.get(registry) ?? new Map<string, SharedMetric>();
  sharedMetrics.set(registry, known);
  // prom-client appends nothing to names itself, unless its registry writes OpenMetrics.
  const full = type === "counter" ? `${name}_total` : name;
  const present = known.get(full);
  if (present !== undefined && registry.getSingleMetric(full) === present.registered) return present;
  const nodes: SharedMetric["nodes"] = new Map();
  const samples = () =>
    [...nodes].flatMap(([id, read]) => {
      const metric = read();
      return metric === undefined ? [] : samplesOf(metric, id);
    });
  const registered = {
    // A registry that writes OpenMetrics removes `_total` here, and appends it to the samples.
    name: full,
    help,
    type,
    aggregator: "sum",
    get: async () => ({
      name: registered.name,
      help,
      type,
      aggregator: "sum",
      values: samples().map(({ suffix, labels, value }) => ({
        value,
        labels,
        ...(type === "histogram" && { metricName: `${name}${suffix}` }),
      })),
    }),
    reset: () => {},
  };
  registry.registerMetric(registered as never);
  const shared: SharedMetric = { full, nodes, registered };
  known.set(full, shared);
  return shared;
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
