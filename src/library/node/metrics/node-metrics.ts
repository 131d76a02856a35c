import type { CountingTransport } from "../counting-transport.js";
import type { Health } from "../health.js";
import type { NodeStats } from "../types.js";
import type { JournalCounts } from "./counting-journal.js";
import { Histogram, LATENCY_BUCKETS } from "./histogram.js";
import { labelled, type Metric, single } from "./metric.js";

/** Counts for the metrics of a node. */
export class NodeMetrics {
  private delivered = 0;
  private accepted = 0;
  private missed = 0;
  private errors = 0;
  private readonly listeners = new Set<(latency: number) => void>();
  private readonly latency = new Histogram(
    "tidecast_delivery_latency_seconds",
    "Time from the acceptance of a value by another member to its delivery here, by the age that travels with it.",
    LATENCY_BUCKETS,
  );

  constructor(
    private readonly transport: CountingTransport,
    private readonly journal: JournalCounts | undefined,
  ) {}

  /** @param latency in ms; `undefined` for a value of this node */
  valueDelivered(latency: number | undefined): void {
    this.delivered++;
    if (latency === undefined) return;
    this.latency.add(latency / 1000);
    for (const listener of this.listeners) listener(latency);
  }

  valueAccepted(): void {
    this.accepted++;
  }

  valuesMissed(count: number): void {
    this.missed += count;
  }

  errorReported(): void {
    this.errors++;
  }

  onLatency(listener: (latency: number) => void): () => void {
    const own = (latency: number) => listener(latency);
    this.listeners.add(own);
    return () => {
      this.listeners.delete(own);
    };
  }

  read(stats: NodeStats, { isReady, isIsolated, isDegraded }: Health): Metric[] {
    const { transport, journal } = this;
    const backlog = Object.values(stats.backlog).reduce((sum, count) => sum + count, 0);
    const flag = (is: boolean) => (is ? 1 : 0);
    return [
      labelled("tidecast_messages_sent", "Messages to other members, by type.", "counter", "type", transport.sent),
      labelled(
        "tidecast_messages_received",
        "Messages from other members, by type.",
        "counter",
        "type",
        transport.received,
      ),
      labelled(
        "tidecast_sent_bytes",
        "Bytes of JSON in messages to other members, by type, without the transport's overhead.",
        "counter",
        "type",
        transport.bytes,
      ),
      single(
        "tidecast_messages_dropped",
        "Messages to other members that were dropped before they were sent.",
        "counter",
        stats.dropped.messages,
      ),
      single(
        "tidecast_retransmissions",
        "Messages that were sent because an acknowledgement was missing, with the values that may be lost.",
        "counter",
        transport.retransmissions,
      ),
      single(
        "tidecast_rounds",
        "Rounds that the node took part in; none while values are sent at once.",
        "counter",
        transport.rounds,
      ),
      single("tidecast_values_accepted", "Values that this node accepted from its program.", "counter", this.accepted),
      single(
        "tidecast_values_delivered",
        "Values that were new here, this node's own included.",
        "counter",
        this.delivered,
      ),
      single(
        "tidecast_values_missed",
        "Values that other members deleted before they came here.",
        "counter",
        this.missed,
      ),
      single("tidecast_errors", "Events of the kind error.", "counter", this.errors),
      this.latency.read(),
      single("tidecast_values", "Values that the node has.", "gauge", stats.values),
      single(
        "tidecast_backlog_values",
        "Values that neighbours in the tree lack and that have not been sent to them yet.",
        "gauge",
        backlog,
      ),
      single("tidecast_broadcasts_waiting", "Broadcasts that wait for room in the backlog.", "gauge", stats.waiting),
      single("tidecast_members", "Members of the cluster, this one included.", "gauge", stats.members.length),
      single(
        "tidecast_suspects",
        "Members that are unreachable or silent.",
        "gauge",
        stats.members.filter(({ state }) => state === "suspected").length,
      ),
      labelled(
        "tidecast_round_trip_seconds",
        "Round trip to each measured member: the 90th percentile.",
        "gauge",
        "member",
        Object.entries(stats.roundTrips).map(([member, ms]) => [member, ms / 1000] as const),
      ),
      single("tidecast_ready", "1 if the node has caught up after its start.", "gauge", flag(isReady)),
      single("tidecast_isolated", "1 if the node reaches no other member.", "gauge", flag(isIsolated)),
      single("tidecast_degraded", "1 if something needs attention; see health().", "gauge", flag(isDegraded)),
      ...(journal === undefined
        ? []
        : [
            single(
              "tidecast_journal_appended",
              "Values that were appended to the journal.",
              "counter",
              journal.appended,
            ),
            single(
              "tidecast_journal_recovered",
              "Values that an earlier life of the node left in the journal.",
              "gauge",
              journal.recovered,
            ),
            single("tidecast_journal_pending", "Waits for the journal that have not ended.", "gauge", journal.pending),
            journal.syncTime.read(),
          ]),
    ];
  }
}
