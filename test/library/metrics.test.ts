import { readFileSync } from "node:fs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { Counter, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { MemoryJournals } from "../../src/adapters/memory-journal/memory-journals.js";
import { InvalidOptions, openMetrics, registerMetrics } from "../../src/library/metrics.js";
import { observeNode } from "../../src/library/opentelemetry.js";
import { ServerMetrics } from "../../src/serve/http/server-metrics.js";
import { LibraryCluster } from "./support/library-cluster.js";

async function busyCluster(): Promise<LibraryCluster<string>> {
  const cluster = await new LibraryCluster<string>(3, { budget: "default" }, true).start();
  cluster.run(5_000);
  for (let number = 0; number < 20; number++) {
    void cluster.node("n1").broadcast(`value ${number}`);
    cluster.run(100);
  }
  cluster.run(5_000);
  return cluster;
}

/** The samples of a text in OpenMetrics, by name and labels. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

describe("the metrics of a node", () => {
  it("count messages by type, deliveries with their latency, rounds and the journal", async () => {
    const cluster = await busyCluster();
    const text = openMetrics(cluster.node("n2"));
    expect(text.endsWith("# EOF\n")).toBe(true);
    const samples = samplesOf(text);
    const node = (name: string, labels = "") => samples.get(`tidecast_${name}{node="n2"${labels}}`);
    expect(node("values_delivered_total")).toBe(20);
    expect(node("delivery_latency_seconds_count")).toBe(20);
    expect(node("delivery_latency_seconds_bucket", ',le="+Inf"')).toBe(20);
    const mean = (node("delivery_latency_seconds_sum") as number) / 20;
    expect(mean).toBeGreaterThan(0.05);
    expect(mean).toBeLessThan(0.7);
    expect(node("journal_appended_total")).toBe(20);
    expect(node("journal_pending")).toBe(0);
    expect(node("rounds_total")).toBeGreaterThan(3);
    expect(node("members")).toBe(3);
    expect(node("suspects")).toBe(0);
    const { sent, received } = cluster.node("n2").stats();
    const total = (name: string) =>
      [...samples].reduce((sum, [key, value]) => (key.startsWith(`tidecast_${name}{`) ? sum + value : sum), 0);
    expect(total("messages_sent_total")).toBe(sent.messages);
    expect(total("sent_bytes_total")).toBe(sent.bytes);
    expect(total("messages_received_total")).toBe(received.messages);
    const own = samplesOf(openMetrics(cluster.node("n1")));
    expect(own.get('tidecast_values_accepted_total{node="n1"}')).toBe(20);
    expect(own.get('tidecast_delivery_latency_seconds_count{node="n1"}')).toBe(0);
  });

  it("count retransmissions and suspects while a member is cut off", async () => {
    const cluster = await new LibraryCluster<string>(3, { budget: "default" }).start();
    cluster.run(5_000);
    cluster.cutOff.add("n0");
    void cluster.node("n1").broadcast("x");
    cluster.run(10_000);
    const samples = samplesOf(openMetrics(cluster.node("n1")));
    expect(samples.get('tidecast_retransmissions_total{node="n1"}')).toBeGreaterThan(0);
    expect(samples.get('tidecast_suspects{node="n1"}')).toBe(1);
  });

  it("come through a registry of prom-client, beside those of the application", async () => {
    const cluster = await busyCluster();
    const registry = new Registry();
    const orders = new Counter({ name: "orders_total", help: "Orders.", registers: [registry] });
    orders.inc();
    const remove = registerMetrics(cluster.node("n2"), registry);
    const samples = samplesOf(await registry.metrics());
    expect(samples.get("orders_total")).toBe(1);
    for (const [key, value] of samplesOf(openMetrics(cluster.node("n2"))))
      expect([key, samples.get(key)]).toEqual([key, value]);
    remove();
    expect([...samplesOf(await registry.metrics()).keys()]).toEqual(["orders_total"]);
  });

  it("are refused without a registry or a node", async () => {
    const cluster = await busyCluster();
    const registry = new Registry();
    for (const wrong of [null, undefined, 5, {}] as never[]) {
      for (const register of [
        () => registerMetrics(cluster.node("n1"), wrong),
        () => registerMetrics(wrong, registry),
      ]) {
        expect(register).toThrow(InvalidOptions);
        expect(register).toThrow(/^registerMetrics needs a (node|registry) of .* argument, not /);
      }
    }
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it("come from all nodes of a process through one registry of prom-client", async () => {
    const cluster = await busyCluster();
    const registry = new Registry();
    const [removeFirst, removeSecond] = ["n1", "n2"].map((id) => registerMetrics(cluster.node(id), registry));
    const accepted = async () =>
      [...samplesOf(await registry.metrics())].filter(([key]) => key.startsWith("tidecast_values_accepted_total"));
    expect(await accepted()).toEqual([
      ['tidecast_values_accepted_total{node="n1"}', 20],
      ['tidecast_values_accepted_total{node="n2"}', 0],
    ]);
    expect(() => registerMetrics(cluster.node("n1"), registry)).toThrow(
      'the registry has the metrics of a node "n1" already',
    );
    removeFirst?.();
    removeFirst?.();
    expect(await accepted()).toEqual([['tidecast_values_accepted_total{node="n2"}', 0]]);
    removeSecond?.();
    expect(registry.getMetricsAsArray()).toEqual([]);
    registerMetrics(cluster.node("n1"), registry);
    registry.clear();
    registerMetrics(cluster.node("n1"), registry);
    expect(await accepted()).toEqual([['tidecast_values_accepted_total{node="n1"}', 20]]);
  });

  it("come through a registry of prom-client that writes OpenMetrics", async () => {
    const cluster = await busyCluster();
    const registry = new Registry<"application/openmetrics-text; version=1.0.0; charset=utf-8">();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    registerMetrics(cluster.node("n2"), registry);
    const text = await registry.metrics();
    expect(text).toContain("# TYPE tidecast_rounds counter\n");
    expect([...samplesOf(text)]).toEqual([...samplesOf(openMetrics(cluster.node("n2")))]);
  });

  it("come from all nodes of a process through OpenTelemetry", async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e8 });
    const provider = new MeterProvider({ readers: [reader] });
    const cluster = await new LibraryCluster<string>(2).start();
    const meter = provider.getMeter("tidecast");
    const ends = ["n0", "n1"].map((id) => observeNode(cluster.node(id), meter));
    void cluster.node("n0").broadcast("x");
    cluster.run(1_000);
    await reader.forceFlush();
    const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    const points = (name: string) => found.find(({ descriptor }) => descriptor.name === name)?.dataPoints;
    expect(points("tidecast_values_accepted")).toMatchObject([
      { attributes: { node: "n0" }, value: 1 },
      { attributes: { node: "n1" }, value: 0 },
    ]);
    const [latency, ...more] = points("tidecast_delivery_latency_seconds") ?? [];
    expect(more).toEqual([]);
    const own = cluster
      .node("n1")
      .metrics()
      .find(({ name }) => name === "tidecast_delivery_latency_seconds");
    const buckets = own?.type === "histogram" ? own.buckets : [];
    const bounds = buckets.map(([bound]) => bound).filter(Number.isFinite);
    expect(latency).toMatchObject({
      attributes: { node: "n1" },
      value: { count: 1, buckets: { boundaries: bounds } },
    });
    for (const end of ends) end();
    await provider.shutdown();
  });

  it("all exist that the dashboard shows, and the dashboard and docs/monitoring.md show all, with those of the server", async () => {
    const journals = new MemoryJournals((await new LibraryCluster<string>(1).start()).clock);
    const cluster = await new LibraryCluster<string>(2, { journal: journals.open }).start();
    const metrics = [...cluster.node("n0").metrics(), ...new ServerMetrics({ count: 0 }).read()];
    const known = new Set(metrics.map(({ name }) => name));
    const dashboard = readFileSync("docs/grafana/tidecast.json", "utf8");
    JSON.parse(dashboard);
    const shown = dashboard.match(/tidecast_\w+/g)?.map((name) => name.replace(/_(total|bucket)$/, "")) ?? [];
    expect([...new Set(shown)].sort()).toEqual([...known].sort());
    const listed = readFileSync("docs/monitoring.md", "utf8").match(/^\| `(tidecast_\w+)/gm) ?? [];
    expect(listed.map((row) => row.slice(3).replace(/_total$/, "")).sort()).toEqual([...known].sort());
  });
});

describe("health", () => {
  it("is ready and not degraded in a sound cluster", async () => {
    const cluster = await busyCluster();
    cluster.run(300_000);
    expect(cluster.node("n0").health()).toEqual({
      isReady: true,
      hasCaughtUp: true,
      isIsolated: false,
      isDegraded: false,
      problems: [],
    });
  });

  it("names members that are suspected, isolation, and a start that has not caught up", async () => {
    const cluster = await new LibraryCluster<string>(3).start();
    expect(cluster.node("n0").health()).toMatchObject({ isReady: false, problems: [{ code: "CATCHING_UP" }] });
    cluster.run(60_000);
    cluster.cutOff.add("n2");
    void cluster.node("n0").broadcast("x");
    cluster.run(30_000);
    expect(cluster.node("n0").health()).toMatchObject({
      isReady: true,
      isIsolated: false,
      isDegraded: true,
      problems: [{ code: "MEMBERS_SUSPECTED", message: "n2 is unreachable or silent" }],
    });
    void cluster.node("n2").broadcast("y");
    cluster.run(30_000);
    expect(cluster.node("n2").health()).toMatchObject({
      isReady: true,
      isIsolated: true,
      problems: [{ code: "ISOLATED" }],
    });
    void cluster.node("n0").close();
    expect(cluster.node("n0").health()).toMatchObject({ isReady: false });
  });
});
