import { availableParallelism } from "node:os";
import { load, type Measurement } from "./measure.ts";

const columns: readonly (readonly [title: string, show: (measurement: Measurement) => string])[] = [
  ["", ({ name }) => name],
  ["messages per broadcast", ({ messages }) => messages.toFixed(1)],
  ["bytes per broadcast", ({ bytes }) => bytes.toFixed(0)],
  ["median latency", ({ median }) => milliseconds(median)],
  ["99th percentile", ({ p99 }) => milliseconds(p99)],
  ["CPU of the nodes", ({ cpu }) => `${cpu.toFixed(1)} s`],
  ["of the server", ({ serverCpu }) => (serverCpu === 0 ? "–" : `${serverCpu.toFixed(1)} s`)],
  ["delivered", ({ delivered, expected }) => `${((100 * delivered) / expected).toFixed(2)} %`],
  ["had after a cut", ({ recovered, missed }) => `${recovered} of ${missed}`],
];

/** The page of the documentation that shows the measurements. */
export function page(measurements: readonly Measurement[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [
    row(columns.map(([title]) => title)),
    `|---|${"---:|".repeat(columns.length - 1)}`,
    ...measurements.map((measurement) => row(columns.map(([, show]) => show(measurement)))),
  ];
  const { members, rate, duration, settling, cut, recovery, valueBytes } = load;
  return `# Beside its peers

Written by \`npm run compare\` in [comparison/](../comparison), in one run, on ${availableParallelism()} cores. ${members} nodes, a process each, all on loopback with nothing in
between; after every node has broadcast once, ${rate} broadcasts a second of ${valueBytes} bytes by all nodes in turn, for ${duration / 1000} s.

${table.join("\n")}

- **Messages per broadcast**: what arrives at nodes from other nodes, of whatever kind, counted where the system hands a message over: gossip,
  acknowledgements and digests of Tidecast, RPCs of gossipsub (control messages included), deliveries of NATS. In plain NATS a publish
  to the server comes on top, once a broadcast; in Tidecast on NATS once a message.
- **Bytes per broadcast**: what nodes write to their TCP connections, as the sockets count it; with NATS also what the server writes to the nodes. Nothing is encrypted
  or signed.
- **Latency**: from the call of broadcast to each delivery at another node, over all deliveries. Tidecast with a budget sends as late as that
  allows, and so saves messages; the others have no such choice.
- **CPU**: of all ${members} processes together, from the first broadcast to ${settling / 1000} s after the last.
- **Delivered**: of all values at all other nodes, until then.
- **Had after a cut**: all connections of one node are broken, and every new one at once, for ${cut / 1000} s, while the others go on. How many of the values of that time
  does it have ${recovery / 1000} s later?

The nodes of gossipsub run with its defaults, but neither sign nor encrypt; lost connections are dialled again every half second. The NATS server is Debian's, with its defaults.
Latencies and deliveries are those of one machine that runs all 25 processes: who needs more of the processor waits longer for it, and what comes after the
settling does not count as delivered. Where it has other work as well they are worse, most of all for who needs most.
`;
}

function milliseconds(time: number): string {
  return time < 10 ? `${time.toFixed(1)} ms` : `${time.toFixed(0)} ms`;
}
