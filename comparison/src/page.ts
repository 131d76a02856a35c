import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { load, type Measurement } from "./measure.ts";

const columns: readonly (readonly [title: string, show: (measurement: Measurement) => string])[] = [
  ["", ({ name }) => name],
  ["messages per broadcast", ({ messages }) => messages.toFixed(1)],
  ["bytes per broadcast", ({ bytes }) => bytes.toFixed(0)],
  ["median latency", ({ median }) => milliseconds(median)],
  ["99th percentile", ({ p99 }) => milliseconds(p99)],
  ["CPU of the nodes", ({ cpu }) => `${cpu.toFixed(1)} s`],
  ["CPU of the server", ({ serverCpu }) => (serverCpu === 0 ? "–" : `${serverCpu.toFixed(1)} s`)],
  ["delivered", ({ delivered, expected }) => `${((100 * delivered) / expected).toFixed(2)} %`],
  ["had after a cut", ({ recovered, missed }) => `${recovered} of ${missed}`],
];

/** The features of the systems, which no run measures. */
const features = readFileSync(new URL("../features.md", import.meta.url), "utf8");

/** The page of the documentation that shows the measurements. */
export function page(measurements: readonly Measurement[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [
    row(columns.map(([title]) => title)),
    `|---|${"---:|".repeat(columns.length - 1)}`,
    ...measurements.map((measurement) => row(columns.map(([, show]) => show(measurement)))),
  ];
  const { members, rate, duration, settling, cut, recovery, valueBytes } = load;
  return `# Comparison with gossipsub, NATS and Redis

Written by \`npm run compare\` in [comparison/](../comparison), in one run, on ${availableParallelism()} cores. ${members} nodes, one process each, all on
loopback. After every node has broadcast once, the nodes take turns to make ${rate} broadcasts per second of ${valueBytes} bytes, for ${duration / 1000} s.

${table.join("\n")}

- **Messages per broadcast**: all messages that nodes receive from other nodes, counted where the system hands a message over: gossip,
  acknowledgements and digests of Tidecast, RPCs of gossipsub (control messages included), deliveries of NATS and Redis. Redis also delivers a node's own values to it. Not
  included are publications to a server: one per broadcast with plain NATS and Redis, one per message with Tidecast on NATS.
- **Bytes per broadcast**: bytes that nodes write to their TCP connections, as counted by the sockets; with a server also the bytes that it writes to the nodes. No
  system encrypts or signs.
- **Latency**: from the call of broadcast to each delivery at another node, over all deliveries. Tidecast with a budget sends as late as the budget
  allows, and so saves messages; the others have no such option.
- **CPU**: of all ${members} processes together, from the first broadcast to ${settling / 1000} s after the last.
- **Delivered**: of all values at all other nodes, until then.
- **Had after a cut**: for ${cut / 1000} s, all connections of one node are broken, and each new connection is broken at once, while the other nodes continue. The figure is the number of values from these ${cut / 1000} s
  that the node has ${recovery / 1000} s later.

The nodes of gossipsub use its defaults, but neither sign nor encrypt; lost connections are dialled again every half second. The servers are Debian's, with their defaults, but Redis writes nothing to disk.
One machine runs all 25 processes, so a system that needs more processor time also waits longer for it, and late values do not count as delivered. On a busy machine
latencies and deliveries are worse, most of all for the systems that need the most processor time.

[Speed](speed.md) has bursts and higher loads, as ratios to plain NATS.

## Run it again

\`\`\`sh
sudo apt-get install -y --no-install-recommends nats-server redis-server   # Debian, Ubuntu
npm ci && cd comparison && npm ci && npm run compare                        # about 15 minutes; writes this page
npm run compare -- tidecast-eager plain-nats                                # only these systems; writes nothing
\`\`\`

The servers need not run: each measurement starts its own on a free port of loopback, and stops it. Where the system's package has started a service, it is not used; you may
stop it (\`sudo systemctl disable --now redis-server nats-server\`).

${features}`;
}

function milliseconds(time: number): string {
  return time < 10 ? `${time.toFixed(1)} ms` : `${time.toFixed(0)} ms`;
}
