import { describeError } from "../../application/wire/describe-error.js";
import { isLargerThan, largestValue } from "../../application/wire/value-size.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import type { Clock } from "../../domain/ports/clock.js";
import { JournalUnavailable } from "../../domain/ports/journal.js";
import type { Log, LogEvent } from "../../domain/ports/log.js";
import type { MemberDetails } from "../../domain/ports/membership.js";
import type { DroppedMessages } from "../../domain/ports/transport.js";
import { type DotRange, dotCount, memberOf } from "../../domain/values/dot.js";
import { type JsonValue, leastJsonSize } from "../../domain/values/json-value.js";
import type { DottedValue } from "../../domain/values/value-log.js";
import type { UnmetWriteConcern } from "../../domain/write-concern/write-concern.js";
import { type AcknowledgementPolicy, NotConfirmed } from "./acknowledgements.js";
import { Backlog, type BacklogOptions } from "./backlog.js";
import { type ClusterSight, ClusterWatch } from "./cluster-watch.js";
import { type Codec, jsonCodec } from "./codecs/codec.js";
import { copyAsJson } from "./codecs/json.js";
import { Consumers, EVERYTHING, type ValueSource } from "./consumers.js";
import type { CountingTransport } from "./counting-transport.js";
import type { DeliveriesOptions } from "./deliveries.js";
import { EventListeners } from "./event-listeners.js";
import { DROPS_REMEMBERED, type Health, healthOf } from "./health.js";
import { messageFailed } from "./log-events.js";
import type { Metric } from "./metrics/metric.js";
import type { NodeMetrics } from "./metrics/node-metrics.js";
import { missedOf } from "./missed.js";
import { wrap } from "./topics/envelope.js";
import type { Topic } from "./topics/topic.js";
import type { TopicRetention } from "./topics/topic-retention.js";
import { type TopicOptions, type TopicSummary, Topics } from "./topics/topics.js";
import type { BroadcastOptions, Delivery, Member, NodeEvents, NodeStats } from "./types.js";
import { UndecodableValue } from "./undecodable-value.js";
import { ValueTooLarge } from "./value-too-large.js";

/** The node is closed, and accepts no values. */
export class NodeClosed extends Error {
  override readonly name = "NodeClosed";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_NODE_CLOSED";
}

/** Parts of a `TidecastNode`; `createNode` combines them. */
export interface NodeParts<Value> {
  readonly node: BroadcastNode;
  readonly transport: CountingTransport;
  readonly metrics: NodeMetrics;
  readonly codec: Codec<Value>;
  readonly retention: TopicRetention;
  readonly log: Log;
  readonly policy: AcknowledgementPolicy;
  readonly clock: Clock;
  /** The budget's maximum, in ms. */
  readonly latency: number;
  readonly backlog: BacklogOptions | undefined;
  /** Whether the member is known to be connected, even if it is silent. */
  readonly isConnected: (member: string) => boolean;
  /** All members, in order. */
  readonly members: () => readonly MemberDetails[];
  /** Announces that this node leaves. */
  readonly leave: () => Promise<void>;
}

/** News of the engine, passed on once the engine is done, so that listeners may call the node. */
export type Notice =
  | { readonly kind: "delivery"; readonly dotted: DottedValue }
  | { readonly kind: "missed"; readonly dots: readonly DotRange[] }
  /** The members, the root or the suspects may have changed. */
  | { readonly kind: "view" }
  | { readonly kind: "ready" }
  | { readonly kind: "error"; readonly error: Error }
  | { readonly kind: "dropped"; readonly dropped: DroppedMessages };

const EVENTS = ["delivery", "missed", "member", "root", "error", "ready", "dropped"] as const;

/** A member of a cluster. A value that one member broadcasts reaches all of them. Created by `createNode`. */
export class TidecastNode<Value = JsonValue> implements AsyncIterable<Delivery<Value>> {
  private readonly listeners: EventListeners<NodeEvents<Value>>;
  private readonly own: Consumers<Value>;
  private readonly everything: Consumers<JsonValue>;
  private readonly openTopics: Topics;
  /** News to pass on. They are removed together, because a burst brings many and `shift` moves all that follow. */
  private readonly notices: Notice[] = [];
  /** Number of `notices` that were passed on already. */
  private told = 0;
  private isNotifying = false;
  /** Whether the engine is working. Its news wait until it is done. */
  private isWorking = false;
  private isClosed = false;
  private closing: Promise<void> | undefined;
  private readonly watch: ClusterWatch;
  private readonly backlog: Backlog;
  private isReady = false;
  private droppedMessages = 0;
  /** When messages were last dropped, by this node's clock, in ms. */
  private droppedAt = Number.NEGATIVE_INFINITY;
  /** Pending broadcasts, rejected when the node is closed or its journal is lost. */
  private readonly refusals = new Set<(loss?: JournalUnavailable) => void>();
  /** The loss of the journal, if it is lost. */
  private loss: string | undefined;

  /**
   * @param id this node's id
   * @internal
   */
  constructor(
    readonly id: string,
    private readonly parts: NodeParts<Value>,
  ) {
    this.listeners = new EventListeners(EVENTS, parts.log);
    this.watch = new ClusterWatch(id, this.sight());
    const { node, clock, log, members, latency, backlog, isConnected } = parts;
    const memberCount = () => members().length;
    this.backlog = new Backlog({ self: id, node, clock, log, memberCount, isConnected }, latency, backlog);
    const source = this.source();
    const report = (event: LogEvent, error: UndecodableValue) => this.report(event, error);
    const { codec, retention } = parts;
    this.own = new Consumers(undefined, {
      ...{ codec, source, report },
      listeners: () => this.listeners.snapshot("delivery"),
    });
    this.everything = new Consumers(EVERYTHING, { ...{ codec: jsonCodec, source, report }, listeners: () => [] });
    this.openTopics = new Topics({
      ...{ source, report, log, retention },
      retentionChanged: () => node.retentionChanged(),
      accept: (encode, options) => this.accept(encode, options),
      has: (json) => node.has(json),
    });
  }

  /**
   * Broadcasts a value to every member. Without a journal it resolves at once; with a journal, once the value is stored and survives
   * this process; with the option `ack`, once that many members have stored it. The value is copied before this returns, so the caller
   * may change it afterwards. Without a journal, this node's own delivery also happens before this returns; with one, once the
   * value is stored here.
   *
   * If the backlog is full, it first waits for room, and accepts the value then: see the option `backlog` of `createNode`. A value that
   * was accepted is never dropped.
   * @throws {BacklogFull} (rejects) if the backlog is full, with the option `wait: false`
   * @throws {NotConfirmed} (rejects) if too few members are known to have it in time; they may still get it
   * @throws {InvalidValue} (rejects) if the codec cannot encode the value; names the part, such as `value.items[3].price`. Your own
   * codec may throw other errors
   * @throws {ValueTooLarge} (rejects) if it is too large for a message
   * @throws {InvalidOptions} (rejects) if an option is invalid
   * @throws {JournalUnavailable} (rejects) once the journal is lost: its folder was deleted, replaced or made read-only
   * @throws {NodeClosed} (rejects) after `close`
   */
  broadcast(value: Value, options: BroadcastOptions = {}): Promise<void> {
    return this.accept(() => this.encode(value), options);
  }

  /**
   * Broadcasts a value of a topic without opening it, or of the node itself, without its codec.
   * @internal
   */
  broadcastTo(topic: string | undefined, value: JsonValue, options: BroadcastOptions = {}): Promise<void> {
    const advice = "leave it out, or send it as a string";
    return this.accept(() => wrap({ topic, value: copyAsJson(value, "value", advice) as JsonValue }), options);
  }

  private encode(value: Value): JsonValue {
    return wrap({ topic: undefined, value: this.parts.codec.encode(value) });
  }

  private async accept(encode: () => JsonValue, options: BroadcastOptions): Promise<void> {
    if (this.isClosed)
      throw new NodeClosed(`node ${this.id} is closed; call broadcast before close, or create another node`);
    if (this.loss !== undefined) throw new JournalUnavailable(this.loss);
    const json = encode();
    this.refuseWhatCannotTravel(json);
    const assurance = this.parts.policy.assuranceFor(options);
    const bytes = leastJsonSize(json, Number.POSITIVE_INFINITY);
    const hasRoom = this.backlog.take(bytes);
    if (!hasRoom && options.wait === false) throw this.backlog.fullError();
    let lack = "there was room for the value: it was not accepted";
    await new Promise<void>((resolve, reject) => {
      const refuse = (loss?: JournalUnavailable) =>
        reject(loss ?? new NodeClosed(`node ${this.id} was closed before ${lack}`));
      this.refusals.add(refuse);
      const answer = (shortfall?: UnmetWriteConcern) => {
        this.refusals.delete(refuse);
        if (shortfall === undefined) resolve();
        else reject(new NotConfirmed(shortfall, assurance.timeout));
      };
      const accept = () => {
        lack = `${assurance.nodes === 1 ? "the value was stored" : "enough members had confirmed the value"}: it may be lost`;
        this.parts.metrics.valueAccepted();
        this.work(() => this.parts.node.broadcast(json, answer, assurance));
      };
      if (!hasRoom) this.backlog.wait(bytes, accept);
      else {
        accept();
        this.backlog.accepted();
      }
    });
  }

  /**
   * Every value that this node has, in the order of arrival; with identity `content` each once. With a journal only stored values
   * are shown, so that a crash of this node cannot take one back. Each call decodes all values anew, so the caller may change
   * them.
   */
  values(): Value[] {
    return this.own.values();
  }

  /**
   * Whether the value is among `values()`, compared by content, whatever the identity.
   * @throws {InvalidValue} if the codec cannot encode the value
   */
  has(value: Value): boolean {
    return this.parts.node.has(this.encode(value));
  }

  /**
   * Calls `listener` for each event from now on. A `delivery` is a value that is new here, including this node's own, once, in the
   * order of arrival; with a journal, once it is stored. Values that an earlier life stored are not new, even if that life crashed
   * before their delivery: use `deliveries({ past: true })` for them.
   *
   * As with Node's `EventEmitter`, a listener that is added during an event waits for the next event, and one that is removed
   * still gets the current one. Each listener gets its own copy of the value, and may change it. If a listener throws, or an async one
   * rejects, the error is logged and affects nothing else.
   * @returns a function that removes the listener
   * @throws {InvalidArgument} for an unknown event, or a listener that is not a function
   */
  on<Name extends keyof NodeEvents<Value>>(
    event: Name,
    listener: (news: NodeEvents<Value>[Name]) => unknown,
  ): () => void {
    return this.listeners.add(event, listener);
  }

  /**
   * An iteration over every value that is new here from this call on, until `close`. Each call starts a separate iteration. While the
   * consumer is busy up to `buffer` values are queued.
   * @throws {InvalidOptions} if an option is invalid
   * @throws {DeliveryOverflow} from the iteration, once the consumer has fallen further behind
   */
  deliveries(options: DeliveriesOptions = {}): AsyncIterableIterator<Delivery<Value>> {
    return this.own.deliveries(options);
  }

  /**
   * Like `deliveries`, for the values of the node itself and of all topics, without their codecs.
   * @internal
   */
  allDeliveries(options: DeliveriesOptions = {}): AsyncIterableIterator<Delivery<JsonValue>> {
    return this.everything.deliveries(options);
  }

  /** Like `deliveries()`. */
  [Symbol.asyncIterator](): AsyncIterator<Delivery<Value>> {
    return this.deliveries();
  }

  /**
   * Opens a topic: values under a name, with their own codec and retention, apart from the node's own values and from other topics.
   * Further calls give the same topic; they may leave out the options.
   * @param name 1 to 100 letters (A to Z), digits and `. _ - : /`, beginning with a letter or a digit
   * @typeParam Of type of the topic's values
   * @throws {InvalidArgument} for an invalid name
   * @throws {InvalidOptions} if an option is invalid, or differs from that of the first call
   */
  topic<Of = JsonValue>(name: string, options: TopicOptions<Of> = {}): Topic<Of> {
    return this.openTopics.get(name, options);
  }

  /** The topics that have values here, and those that were opened here, by name. Looks through all values. */
  topics(): TopicSummary[] {
    return this.openTopics.summaries();
  }

  /** The state of the node at this moment. */
  stats(): NodeStats {
    const { node, transport } = this.parts;
    const { root, suspects, backlog, roundTrips, lags } = node.status();
    const members = this.members();
    return {
      sent: { messages: transport.sentMessages, bytes: transport.sentBytes },
      received: { messages: transport.receivedMessages },
      values: node.values().length,
      roundTrips: Object.fromEntries(roundTrips),
      backlog: Object.fromEntries(backlog),
      lags: Object.fromEntries(lags),
      waiting: this.backlog.waitingCount,
      root,
      suspects,
      members,
      isReady: this.isReady,
      dropped: { messages: this.droppedMessages },
    };
  }

  /**
   * How the node is: whether it is ready, has caught up, is isolated or degraded, and why. For probes: answer a readiness probe with
   * `isReady`; a liveness probe needs no more than an answer.
   */
  health(): Health {
    return healthOf({
      stats: this.stats(),
      isClosed: this.isClosed,
      journalLoss: this.loss,
      droppedLately: this.parts.clock.now() - this.droppedAt < DROPS_REMEMBERED,
    });
  }

  /** The metrics of the node at this moment; `tidecast/metrics` and `tidecast/opentelemetry` pass them on. */
  metrics(): Metric[] {
    return this.parts.metrics.read(this.stats(), this.health());
  }

  /**
   * Calls `listener` with the latency of each value of another member that is delivered here: the time since that member accepted it, in
   * ms, by the age that travels with the value.
   * @returns a function that removes the listener
   */
  onLatency(listener: (latency: number) => void): () => void {
    return this.parts.metrics.onLatency(listener);
  }

  /** All members, this node included, in the order that all members share: the first one is the root while it is reachable. */
  members(): Member[] {
    return this.watch.membersOf(this.sight());
  }

  /**
   * The dots that this node knows and whose values it does not have: they were deleted, here or before they came here.
   * @internal
   */
  gone(): readonly DotRange[] {
    return this.parts.node.gone();
  }

  /**
   * Sends pending messages, leaves the cluster, and closes journal and transport. Iterations end after the values that were already
   * delivered. Further calls do nothing. Resolves when all messages have left this process; it does not wait for their arrival.
   */
  close(): Promise<void> {
    if (this.closing === undefined) {
      // Set at once: listeners are called while the node shuts down, and may call it.
      this.isClosed = true;
      this.closing = this.shutDown();
    }
    return this.closing;
  }

  /**
   * The journal is lost: no broadcast is acknowledged from now on.
   * @internal
   */
  loseJournal({ message }: JournalUnavailable): void {
    this.loss = `${message}; restore the folder, or choose another one, and create the node again`;
    const error = new JournalUnavailable(this.loss);
    this.refuseAll(error);
    this.announce([{ kind: "error", error }]);
  }

  /**
   * The engine has caught up. Listeners hear of it once the caller of `createNode` had the time to add them.
   * @internal
   */
  becomeReady(): void {
    this.isReady = true;
    // Soon, after the present work of this process.
    this.parts.clock.schedule(0, () => {
      if (!this.isClosed) this.announce([{ kind: "ready" }]);
    });
  }

  /**
   * Passes a message of another member to the engine.
   * @internal
   */
  receive(from: string, body: unknown): void {
    if (this.isClosed) return;
    this.work(() => {
      try {
        this.parts.node.receive(from, body);
      } catch (error) {
        const event = messageFailed({ member: from, reason: describeError(error) });
        this.report(event, new Error(event.text, { cause: error }));
      }
    });
  }

  /**
   * Takes news of the engine; they may come at any time, since a journal stores values later.
   * @internal
   */
  announce(notices: readonly Notice[]): void {
    const now = this.parts.clock.now();
    for (const notice of notices) if (notice.kind === "delivery") this.measure(notice.dotted, now);
    for (const notice of notices) this.notices.push(notice);
    if (!this.isWorking) this.notify();
  }

  private measure({ author, acceptedAt }: DottedValue, now: number): void {
    const isOwn = acceptedAt === undefined || memberOf(author) === this.id;
    this.parts.metrics.valueDelivered(isOwn ? undefined : Math.max(0, now - acceptedAt));
  }

  private work(task: () => void): void {
    // A transport within one process may deliver while the engine sends.
    const { isWorking } = this;
    this.isWorking = true;
    try {
      task();
    } finally {
      this.isWorking = isWorking;
    }
    if (!isWorking) this.notify();
  }

  private async shutDown(): Promise<void> {
    try {
      this.work(() => this.parts.node.stop());
      this.refuseAll();
      this.own.end();
      this.everything.end();
      this.openTopics.end();
      await this.parts.leave();
    } finally {
      await this.parts.transport.close();
    }
  }

  /** @param loss the reason; by default the node is closed */
  private refuseAll(loss?: JournalUnavailable): void {
    this.backlog.close();
    for (const refuse of this.refusals) refuse(loss);
    this.refusals.clear();
  }

  private refuseWhatCannotTravel(json: JsonValue): void {
    const limit = largestValue(this.parts.transport);
    if (isLargerThan(limit, json)) throw new ValueTooLarge(limit);
  }

  /** Passes on all outstanding news. A listener that calls the node only adds to them. */
  private notify(): void {
    if (this.isNotifying) return;
    this.isNotifying = true;
    try {
      while (this.told < this.notices.length) this.tell(this.notices[this.told++] as Notice);
      this.notices.length = 0;
      this.told = 0;
    } finally {
      this.isNotifying = false;
    }
  }

  /** Every consumer gets its own copy, so it cannot see changes of another one. */
  private tell(notice: Notice): void {
    if (notice.kind === "delivery") {
      this.own.tell(notice.dotted);
      this.everything.tell(notice.dotted);
      this.openTopics.tell(notice.dotted);
    } else this.tellOfCluster(notice);
  }

  private tellOfCluster(notice: Exclude<Notice, { kind: "delivery" }>): void {
    switch (notice.kind) {
      case "missed":
        this.parts.metrics.valuesMissed(dotCount(notice.dots));
        for (const listener of this.listeners.snapshot("missed")) listener(missedOf(notice.dots));
        this.openTopics.missed(notice.dots);
        break;
      case "view":
        if (this.isClosed) break;
        for (const { name, news } of this.watch.look(this.sight()))
          for (const listener of this.listeners.snapshot(name)) listener({ ...news } as never);
        break;
      case "ready":
        for (const listener of this.listeners.snapshot("ready")) listener({ values: this.parts.node.values().length });
        break;
      case "error":
        this.parts.metrics.errorReported();
        for (const listener of this.listeners.snapshot("error")) listener(notice.error);
        if (notice.error instanceof UndecodableValue) this.openTopics.failed(notice.error);
        break;
      default:
        this.droppedMessages += notice.dropped.count;
        this.droppedAt = this.parts.clock.now();
        for (const listener of this.listeners.snapshot("dropped")) listener({ ...notice.dropped });
    }
  }

  /** Logs a failure that no call reports, and announces it as an error. */
  private report(event: LogEvent, error: Error): void {
    this.parts.log.event(event);
    this.announce([{ kind: "error", error }]);
  }

  /** What this node sees of its cluster now. */
  private sight(): ClusterSight {
    const { root, suspects } = this.parts.node.view();
    return { root, suspects, members: this.parts.members() };
  }

  /** The values that reads show, without those that consumers have not been told yet. */
  private shown(): DottedValue[] {
    const untold = new Set<string>();
    for (const notice of this.notices.slice(this.told))
      if (notice.kind === "delivery") untold.add(nameOf(notice.dotted));
    const shown = this.parts.node.dotted();
    return untold.size === 0 ? [...shown] : shown.filter((value) => !untold.has(nameOf(value)));
  }

  private source(): ValueSource {
    const isClosed = () => this.isClosed;
    return {
      get isClosed() {
        return isClosed();
      },
      values: () => this.parts.node.values(),
      shown: () => this.shown(),
    };
  }
}

function nameOf({ author, number }: DottedValue): string {
  return `${number} ${author}`;
}
