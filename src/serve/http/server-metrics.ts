import type { Metric } from "../../library/metrics.js";
import { single } from "../../library/node/metrics/metric.js";
import type { Streams } from "../events/streams.js";

/** An answered request. */
interface AnsweredRequest {
  /** The path of its route; `none` if there is no such route. */
  readonly route: string;
  readonly status: string;
}

/** The metrics of the server itself, beside those of its node. */
export class ServerMetrics {
  private readonly requests = new Map<string, { readonly labels: AnsweredRequest; count: number }>();

  constructor(private readonly streams: Pick<Streams, "count">) {}

  /** Counts a request. */
  answered(route: string, status: number): void {
    const key = `${status} ${route}`;
    const known = this.requests.get(key);
    if (known === undefined) this.requests.set(key, { labels: { route, status: String(status) }, count: 1 });
    else known.count++;
  }

  read(): Metric[] {
    return [
      single("tidecast_streams", "Clients that follow events here.", "gauge", this.streams.count),
      {
        name: "tidecast_http_requests",
        help: "Answered requests, by route and status.",
        type: "counter",
        samples: Array.from(this.requests.values(), ({ labels, count }) => ({ labels: { ...labels }, value: count })),
      },
    ];
  }
}
