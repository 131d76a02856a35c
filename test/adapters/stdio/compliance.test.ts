import { PassThrough } from "node:stream";
import { describe, it } from "vitest";
import { LineReader } from "../../../src/adapters/json-lines/line-reader.js";
import { StdioTransport } from "../../../src/adapters/stdio/stdio-transport.js";
import type { Transport } from "../../../src/domain/ports/transport.js";
import { type TransportHarness, transportChecks } from "../../../src/testing/transport-compliance.js";
import { RecordingLog } from "../../application/recording-ports.js";

/** Each member has a pair of streams, and a hub between them hands every line to its receiver, as Maelstrom does. */
function stdioHarness(): TransportHarness {
  const log = new RecordingLog();
  const inputs = new Map<string, PassThrough>();
  const streams = new Map<Transport, readonly PassThrough[]>();
  return {
    open: (id) => {
      const [input, output] = [new PassThrough(), new PassThrough()];
      const transport = new StdioTransport(input, output, log);
      transport.identify(id);
      inputs.set(id, input);
      streams.set(transport, [input, output]);
      const hub = new LineReader(Number.POSITIVE_INFINITY, { line: (line) => handOver(line), tooLong: () => {} });
      output.on("data", (chunk: Buffer) => hub.push(chunk));
      return transport;
    },
    crash: (transport) => {
      for (const stream of streams.get(transport) ?? []) stream.destroy();
    },
    log: log.lines,
    forAbsentMember: { maxBytes: 0, keeps: "nothing" },
    forSlowMember: { maxBytes: Number.POSITIVE_INFINITY, keeps: "everything" },
    watch: 30,
  };

  function handOver(line: Buffer): void {
    const { dest } = JSON.parse(line.toString()) as { dest: string };
    const input = inputs.get(dest);
    if (input === undefined || input.destroyed) return;
    input.write(line);
    input.write("\n");
  }
}

describe("a transport on stdin and stdout", () => {
  for (const { name, run } of transportChecks(stdioHarness)) it(name, run);
});
