import type { NatsConnection, NodeConnectionOptions, Subscription } from "@nats-io/transport-node";
import * as v from "valibot";
import { messageTooLarge } from "../../application/log-events.js";
import { checkOptions } from "../../application/options/check-options.js";
import {
  isPlainObject,
  log,
  memberId,
  oneOrMore,
  type WireForm,
  whole,
  wireForm,
  withMethods,
} from "../../application/options/fields.js";
import { guardedLog, type LogOption } from "../../application/options/guarded-log.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import type { Log } from "../../domain/ports/log.js";
import type { AnnouncementChannel } from "../../domain/ports/membership.js";
import type { DroppedMessages, MemberId, MessageListener, Transport } from "../../domain/ports/transport.js";
import { CannotConnect } from "./cannot-connect.js";
import { connectForGood, subscribeOrExplain } from "./connect.js";
import { Departures } from "./departures.js";
import { incoming } from "./incoming.js";
import { receiverImpossible } from "./log-events.js";
import { describeProcess, Namesakes } from "./namesakes.js";
import { NatsAnnouncements } from "./nats-announcements.js";
import { formOf, HELLO, PayloadWriter, readCompact } from "./payload.js";
import { isPrefix, PREFIX_WORDS, Subjects } from "./subjects.js";
import { WireForms } from "./wire-forms.js";

/** Options of `natsTransport`. */
export interface NatsTransportOptions {
  /** This node's id in the cluster. Characters that a subject cannot contain are encoded. */
  readonly id: MemberId;
  /** Beginning of all subjects of the cluster; use a different one for each cluster on the same servers. Default: `tidecast`. */
  readonly prefix?: string;
  /** `host:port` of one or more servers. Default: `127.0.0.1:4222`. */
  readonly servers?: string | string[];
  /** Any other options of the NATS client: credentials, TLS, timeouts. */
  readonly connectionOptions?: NodeConnectionOptions;
  /**
   * Your own connection instead of `servers`. `close` leaves it open. Close it after the node: without it the node reaches no other
   * member. Open it with `maxReconnectAttempts: -1`, because the NATS client closes it after ten attempts to reconnect otherwise.
   */
  readonly connection?: NatsConnection;
  /** Upper bound on the bytes in flight to a slow server; further messages are lost. Default: 16 MiB. */
  readonly maxQueuedBytes?: number;
  /**
   * Form of the messages. `compact` is binary, to members that understand it; to others messages are JSON. `json` makes all
   * messages to and from this node JSON, which you can read with `nats sub`. Default: `compact`.
   */
  readonly wire?: WireForm;
  /** Receives an event when the connection is lost or restored, when messages are dropped, and when other processes use this id. Default: no log. */
  readonly log?: LogOption;
}

/** Default message limit of NATS servers, in bytes. */
const USUAL_PAYLOAD = 2 ** 20;
const DEFAULT_QUEUE = 16 * 2 ** 20;
/** Number of messages kept until there is a listener. */
const MOST_EARLY = 1000;
/** Time that `close` waits for the server to confirm sent messages, in ms. */
const CLOSE_PATIENCE = 2000;

interface NatsTransportDeps {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  readonly departures: Departures;
  readonly log: Log;
  /** Whether to use the compact form with members that understand it. */
  readonly isCompact: boolean;
}

/** Carries messages between members over core NATS (publish and subscribe); servers store nothing. */
export class NatsTransport implements Transport {
  /** The connection that carries the messages. */
  readonly connection: NatsConnection;
  private readonly subscription: Subscription;
  private readonly namesakes: Namesakes;
  private listener: MessageListener | undefined;
  /** Messages that came before there was a listener. */
  private early: [from: MemberId, body: unknown][] = [];
  private whenDropped: (dropped: DroppedMessages) => void = () => {};
  private closing: Promise<void> | undefined;
  private readonly writer = new PayloadWriter();
  private readonly forms = new WireForms(() => performance.now());

  /**
   * @param isOwner whether `close` also closes the connection
   * @throws {CannotConnect} if the connection is closed
   */
  constructor(
    private readonly deps: NatsTransportDeps,
    readonly id: MemberId,
    private readonly isOwner: boolean,
  ) {
    this.connection = deps.connection;
    this.namesakes = new Namesakes(deps, id);
    this.subscription = subscribeOrExplain(
      deps.connection,
      deps.subjects.inbox(id),
      incoming(deps.log, {
        heard: (from, payload) => this.heard(from, payload),
        compact: (from, payload) => readCompact(payload, { from, to: id }, this.maxMessageBytes),
        receive: (from, body) => this.receive(from, body),
      }),
    );
  }

  /** The message limit of the connected server; the subject holds sender and receiver, so all of it is available to the body. */
  get maxMessageBytes(): number {
    return this.connection.info?.max_payload ?? USUAL_PAYLOAD;
  }

  send(to: MemberId, body: object): void {
    if (this.closing !== undefined) return;
    const { isCompact } = this.deps;
    const payload =
      (isCompact && this.forms.isCompact(to) ? this.writer.compact(body, { from: this.id, to }) : undefined) ??
      this.writer.json(body, isCompact, this.maxMessageBytes);
    if (payload.length > this.maxMessageBytes) {
      const [bytes, limit] = [payload.length, this.maxMessageBytes];
      const reason = `its ${bytes} bytes exceed the NATS server's limit of ${limit} (max_payload)`;
      this.deps.log.event(messageTooLarge({ member: to, bytes, limit, reason }));
      this.whenDropped({ member: to, count: 1, reason });
      return;
    }
    const subject = this.subjectFor(to);
    const loss = subject && this.deps.departures.publish(subject, payload);
    if (loss !== undefined) this.whenDropped({ member: to, count: 1, reason: loss });
  }

  onDropped(listener: (dropped: DroppedMessages) => void): void {
    this.whenDropped = listener;
  }

  /** `undefined` for an id that no subject can contain: it belongs to no member. */
  private subjectFor(to: MemberId): string | undefined {
    try {
      return this.deps.subjects.message(to, this.id);
    } catch (error) {
      this.deps.log.event(receiverImpossible({ to, reason: (error as Error).message }));
      return undefined;
    }
  }

  onMessage(listener: MessageListener): void {
    this.listener = listener;
    for (const [from, body] of this.early.splice(0)) listener(from, body);
  }

  /**
   * Looks for other processes with this id, now and periodically.
   * @internal
   */
  watchId(): void {
    this.namesakes.start();
  }

  /** Identifies this process in log lines: its number, its machine, and its address as the server sees it. */
  describeProcess(): string {
    return describeProcess(this.connection);
  }

  /** Returns a channel for announcements to all nodes of the cluster, over the same connection. */
  announcements(): AnnouncementChannel {
    return new NatsAnnouncements(this.deps, this.id);
  }

  /** Whether `close` was called; `createNode` refuses the transport then. */
  get isClosed(): boolean {
    return this.closing !== undefined;
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    this.namesakes.stop();
    this.listener = undefined;
    this.early = [];
    this.subscription.unsubscribe();
    await this.deps.departures.settle(CLOSE_PATIENCE);
    this.deps.departures.close();
    if (this.isOwner) await this.connection.close();
  }

  /** Returns whether the payload has a message. */
  private heard(from: MemberId, payload: Uint8Array): boolean {
    const form = formOf(payload);
    if (this.deps.isCompact && from !== this.id && this.closing === undefined && this.forms.heard(from, form)) {
      const subject = this.subjectFor(from);
      if (subject !== undefined) this.deps.departures.publishAside(subject, HELLO);
    }
    return form !== "hello";
  }

  private receive(from: MemberId, body: unknown): void {
    if (this.closing !== undefined) return;
    if (from === this.id && this.namesakes.receive(body)) return;
    if (this.listener !== undefined) this.listener(from, body);
    else if (this.early.length < MOST_EARLY) this.early.push([from, body]);
  }
}

/** The function that takes these options, for error messages. */
const CALLER = "natsTransport";

const server = v.custom<string>(
  (value) => typeof value === "string" && /^([a-z]+:\/\/)?[^\s/,]+\/?$/.test(value) && !/:(0+|\d{6,})$/.test(value),
);

const schema = v.strictObject({
  id: memberId,
  prefix: v.optional(v.custom<string>(isPrefix, PREFIX_WORDS)),
  servers: v.optional(oneOrMore(server, '"host:port", or a list of at least one of these')),
  connectionOptions: v.optional(
    v.custom<NodeConnectionOptions>(isPlainObject, "an object with options of the NATS client's connect"),
  ),
  connection: v.optional(
    withMethods<NatsConnection>("a connection of @nats-io/transport-node", "publish", "subscribe", "flush", "status"),
  ),
  maxQueuedBytes: v.optional(whole(1)),
  wire: v.optional(wireForm),
  log: v.optional(log),
});

/**
 * Connects a node to the others over NATS servers, which bring accounts, TLS, clusters and leaf nodes. Resolves once the server
 * has the node's subscription. If a server goes away, the transport reconnects until it is back.
 * @throws {InvalidOptions} (rejects) for an invalid option; the message says what is allowed
 * @throws {CannotConnect} (rejects) if no server answers, none accepts this node, or the given connection is closed; its cause is the
 * error of `@nats-io/transport-node`
 */
export async function natsTransport(options: NatsTransportOptions): Promise<NatsTransport> {
  const checked = checkOptions(CALLER, schema, options);
  const { id, prefix = "tidecast", servers, connectionOptions, maxQueuedBytes = DEFAULT_QUEUE } = checked;
  const superfluous = servers === undefined ? "connectionOptions" : "servers";
  if (checked.connection !== undefined && (servers ?? connectionOptions) !== undefined)
    throw new InvalidOptions(
      `${CALLER}'s option ${superfluous} has no effect together with connection; leave out one of them`,
    );
  const telling = guardedLog(checked.log, Date.now);
  const subjects = new Subjects(prefix);
  // Reports an invalid id before a connection is opened.
  const name = subjects.inbox(id);
  const connection =
    checked.connection ??
    (await connectForGood(servers ?? "127.0.0.1:4222", { name, ...(connectionOptions as NodeConnectionOptions) }));
  const departures = new Departures(connection, maxQueuedBytes, telling);
  const transport = new NatsTransport(
    { connection, subjects, departures, log: telling, isCompact: checked.wire !== "json" },
    id,
    checked.connection === undefined,
  );
  try {
    await connection.flush();
  } catch (cause) {
    await transport.close();
    throw new CannotConnect(connection.getServer(), cause as Error);
  }
  transport.watchId();
  return transport;
}
