import { afterAll, beforeAll, describe, it } from "vitest";
import { type NatsTransport, natsTransport } from "../../../src/adapters/nats/nats-transport.js";
import { type TransportHarness, transportChecks } from "../../../src/testing/transport-compliance.js";
import { hasNatsServer, TestNatsServer } from "../../support/nats-server.js";

const QUEUE = 2 ** 20;

describe.skipIf(!hasNatsServer)("a transport on NATS", () => {
  let server: TestNatsServer;
  let networks = 0;

  beforeAll(async () => {
    server = await TestNatsServer.start();
  });

  afterAll(() => server.kill());

  const createHarness = (): TransportHarness => {
    const log: string[] = [];
    const prefix = `network-${++networks}`;
    return {
      log,
      open: (id) =>
        natsTransport({
          id,
          prefix,
          servers: server.address,
          maxQueuedBytes: QUEUE,
          log: { line: (text) => log.push(text) },
        }),
      crash: (transport) => (transport as NatsTransport).connection.close(),
      // The server keeps nothing for an absent subscriber.
      forAbsentMember: { maxBytes: 0, keeps: "nothing" },
      forSlowMember: { maxBytes: QUEUE, keeps: "oldest" },
    };
  };

  for (const { name, run } of transportChecks(createHarness)) it(name, run);
});
