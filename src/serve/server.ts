import type { AddressInfo } from "node:net";
import type { Server as TlsServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import { SystemClock } from "../adapters/system-clock/system-clock.js";
import { type Address, parseAddress, writeAddress } from "../adapters/tcp/address.js";
import type { Log } from "../domain/ports/log.js";
import type { JsonValue } from "../domain/values/json-value.js";
import { createNode, type LogSink, type TidecastNode } from "../library/index.js";
import { type TcpTransport, tcpMembership, tcpTransport } from "../library/tcp.js";
import { Broadcaster } from "./broadcaster.js";
import { CertificateWatch, type WatchedCertificate } from "./certificate-watch.js";
import type { ServeContext } from "./context.js";
import { EventLog } from "./events/event-log.js";
import { Streams } from "./events/streams.js";
import { Health } from "./health.js";
import { buildApp } from "./http/app.js";
import { Authentication } from "./http/authentication.js";
import { IdempotencyKeys } from "./idempotency.js";
import { budgetOf, type ServeSettings } from "./settings/schema.js";
import { TIME_FOR_REQUESTS, timeForBroadcasts } from "./stop-times.js";
import { loadTlsFiles, type TlsContents } from "./tls-files.js";

/** Pause in ms between two looks for deleted values. */
const PRUNE_INTERVAL = 5_000;

/** The server cannot listen at its address for clients. */
export class CannotServe extends Error {
  override readonly name = "CannotServe";
}

/** A running server: a member of the cluster, with HTTP for clients. */
export interface RunningServer {
  readonly node: TidecastNode<JsonValue>;
  /** Address for clients, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Address for members, `host:port`. */
  readonly clusterAddress: string;
  /** Is not ready any more, lets load balancers notice, ends streams and requests, sends what is pending, and leaves the cluster. */
  stop(): Promise<void>;
}

/**
 * Starts a server. Resolves once it serves; it may not be ready yet.
 * @throws {InvalidOptions} (rejects) for unusable files, and the errors of `createNode` and `tcpTransport`
 * @throws {CannotServe} (rejects) if the address for clients is in use
 */
export async function startServer(settings: ServeSettings, log: Log, version: string): Promise<RunningServer> {
  const tls = loadTls(settings);
  const authentication = new Authentication(settings, log);
  const streams = new Streams(settings.limits.streams);
  const { node, transport, clusterAddress } = await startNode(settings, tls, (event) => log.event(event)).catch(
    (error) => {
      authentication.close();
      throw error;
    },
  );
  const health = new Health(node);
  const events = followedBy(node);
  const { idempotencyKeys, idempotencyTime } = settings.limits;
  const keys = new IdempotencyKeys(idempotencyKeys, idempotencyTime);
  const broadcaster = new Broadcaster(node, keys);
  const context: ServeContext = {
    ...{ node, events, broadcaster, health, streams, authentication, settings, version, log },
  };
  const pruning = setInterval(() => events.prune(), PRUNE_INTERVAL);
  let app: FastifyInstance | undefined;
  let certificates: CertificateWatch | undefined;
  const close = async () => {
    certificates?.close();
    clearInterval(pruning);
    authentication.close();
    if (app !== undefined) await closeInTime(app);
    await node.close();
  };
  try {
    app = await buildApp(context, tls.http);
    const url = await listen(app, settings);
    certificates = new CertificateWatch(certificatesOf(settings, tls, transport, app), {
      clock: new SystemClock(),
      log,
    });
    const stop = async () => {
      health.drain();
      await new Promise((resolve) => setTimeout(resolve, settings.shutdown.delay));
      // Not before: a load balancer has sent requests until now.
      broadcaster.close();
      streams.close();
      await broadcaster.idle(timeForBroadcasts(settings.shutdown.delay));
      await close();
    };
    let stopping: Promise<void> | undefined;
    return { node, url, clusterAddress, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Certificates with which a server starts. */
interface ServerTls {
  readonly cluster?: Required<TlsContents>;
  readonly http?: TlsContents;
}

/** @throws {InvalidOptions} for files that are not usable: before the server joins, not afterwards */
function loadTls({ cluster, http }: ServeSettings): ServerTls {
  return {
    ...(cluster.tls !== undefined && { cluster: loadTlsFiles("cluster.tls", cluster.tls) as Required<TlsContents> }),
    ...(http.tls !== undefined && { http: loadTlsFiles("http.tls", http.tls) }),
  };
}

/** The certificates in use, and how each is renewed. */
function certificatesOf(
  { cluster, http }: ServeSettings,
  tls: ServerTls,
  transport: TcpTransport,
  app: FastifyInstance,
): WatchedCertificate[] {
  const watched: WatchedCertificate[] = [];
  if (cluster.tls !== undefined && tls.cluster !== undefined)
    watched.push({
      name: "cluster.tls",
      files: cluster.tls,
      inUse: tls.cluster,
      renew: (contents) => transport.renewCertificate(contents as Required<TlsContents>),
      warnsItself: true,
    });
  if (http.tls !== undefined && tls.http !== undefined)
    watched.push({
      name: "http.tls",
      files: http.tls,
      inUse: tls.http,
      // An HTTPS server is one of TLS.
      renew: (contents) =>
        (app.server as unknown as TlsServer).setSecureContext({ minVersion: "TLSv1.2", ...contents }),
    });
  return watched;
}

/** Closes the HTTP server; clients that keep their connections busy, or do not answer the end of a WebSocket, lose them after a while. */
async function closeInTime(app: FastifyInstance): Promise<void> {
  const forcing = setTimeout(() => {
    app.server.closeAllConnections();
    // To the HTTP server these are no connections any more.
    for (const socket of app.websocketServer.clients) socket.terminate();
  }, TIME_FOR_REQUESTS);
  await app.close();
  clearTimeout(forcing);
}

async function startNode(settings: ServeSettings, tls: ServerTls, log: LogSink) {
  const { id, cluster, retain, topics, journal, ack, ackTimeout } = settings;
  const transport = await tcpTransport({
    id,
    listen: cluster.listen,
    join: cluster.join,
    ...(cluster.advertise !== undefined && { advertise: cluster.advertise }),
    ...(tls.cluster !== undefined && { tls: tls.cluster }),
    allowPlaintext: cluster.allowPlaintext,
    log,
  });
  try {
    const node = await createNode<JsonValue>({
      id,
      members: tcpMembership(transport, { log }),
      transport,
      identity: "event",
      budget: budgetOf(settings),
      ...(retain !== undefined && { retain }),
      ...(journal !== undefined && { journal }),
      ack,
      ...(ackTimeout !== undefined && { ackTimeout }),
      log,
    });
    // Before any client comes: until a topic is open, the node's own limits apply to its values.
    for (const [name, options] of Object.entries(topics)) node.topic(name, options);
    return { node, transport, clusterAddress: cluster.advertise ?? transport.address };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** A log of all values of the node, those that it had before included. */
function followedBy(node: TidecastNode<JsonValue>): EventLog {
  const events = new EventLog(node);
  // The log keeps all values anyway, so the buffer need not be bounded.
  const deliveries = node.allDeliveries({ past: true, buffer: Number.POSITIVE_INFINITY });
  void (async () => {
    for await (const delivery of deliveries) events.add(delivery);
  })();
  node.on("missed", () => events.missed());
  return events;
}

async function listen(app: FastifyInstance, { http }: ServeSettings): Promise<string> {
  const { host, port } = parseAddress(http.listen, 0) as Address;
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new CannotServe(
      `cannot listen on ${http.listen} for clients (http.listen): ${(error as Error).message}; choose another address`,
      { cause: error },
    );
  }
  const { address, port: actual } = app.server.address() as AddressInfo;
  return `${http.tls === undefined ? "http" : "https"}://${writeAddress({ host: address, port: actual })}`;
}
