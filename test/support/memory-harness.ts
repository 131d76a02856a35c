import { FakeClock } from "../../src/adapters/fake-clock/fake-clock.js";
import { MemoryNetwork } from "../../src/adapters/memory-network/memory-network.js";
import type { TransportHarness } from "../../src/testing/transport-compliance.js";
import { RecordingLog } from "../application/recording-ports.js";

interface MemoryNetworkBehaviour {
  /** One-way, in ms; `undefined` loses the message. */
  readonly latency?: () => number | undefined;
  /** How often a message is sent. */
  readonly copies?: () => number;
  /** Default: 8 MiB. */
  readonly maxMessageBytes?: number;
}

/** A memory network on a fake clock. */
export function memoryHarness({
  latency = () => 10,
  copies = () => 1,
  maxMessageBytes,
}: MemoryNetworkBehaviour = {}): TransportHarness {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const network = new MemoryNetwork(clock, latency, log);
  return {
    open: (id) => {
      const transport = network.attach(id, maxMessageBytes);
      const send = (to: string, body: object) => {
        for (let copy = copies(); copy > 0; copy--) transport.send(to, body);
      };
      return { ...transport, send };
    },
    // A crashed node is replaced when its id is attached again.
    crash: () => {},
    pass: async (duration) => {
      clock.advance(duration);
      await new Promise(setImmediate);
    },
    log: log.lines,
    forAbsentMember: { maxBytes: 0, keeps: "nothing" },
    forSlowMember: { maxBytes: Number.POSITIVE_INFINITY, keeps: "everything" },
    watch: 300,
  };
}
