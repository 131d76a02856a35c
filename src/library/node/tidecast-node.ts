import { checkOptions } from "../../application/options/check-options.js";
import { describeError } from "../../application/wire/describe-error.js";
import { isLargerThan, largestValue } from "../../application/wire/value-size.js";
import type { BroadcastNode } from "../../domain/ports/broadcast-node.js";
import { JournalUnavailable } from "../../domain/ports/journal.js";
import type { Log } from "../../domain/ports/log.js";
import { type DotRange, memberOf } from "../../domain/values/dot.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import type { DottedValue } from "../../domain/values/value-log.js";
import type { UnmetWriteConcern } from "../../domain/write-concern/write-concern.js";
import { type AcknowledgementPolicy, NotConfirmed } from "./acknowledgements.js";
import type { Codec } from "./codecs/codec.js";
import type { CountingTransport } from "./counting-transport.js";
import { type DeliveriesOptions, DeliveryFeed, deliveriesSchema } from "./deliveries.js";
import { EventListeners } from "./event-listeners.js";
import { missedOf } from "./missed.js";
import type { BroadcastOptions, Delivery, NodeEvents, NodeStats } from "./types.js";
import { ValueTooLarge } from "./value-too-large.js";

/** The node was closed, and takes no values any more. */
export class NodeClosed extends Error {
  override readonly name = "NodeClosed";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_NODE_CLOSED";
}

/** What a `TidecastNode` stands on; `createNode` puts it together. */
export interface NodeParts<Value> {
  readonly node: BroadcastNode;
  readonly transport: CountingTransport;
  readonly codec: Codec<Value>;
  readonly log: Log;
  readonly policy: AcknowledgementPolicy;
  /** Lets others know that this node leaves. */
  readonly leave: () => Promise<void>;
}

/** What the engine tells while it works: handed on once its work is done, so that listeners may call the node. */
export type Notice =
  | { readonly kind: "delivery"; readonly dotted: DottedValue }
  | { readonly kind: "missed"; readonly dots: readonly DotRange[] };

/** A member of a cluster: what one broadcasts, all get. Made by `createNode`. */
export class TidecastNode<Value = JsonValue> implements AsyncIterable<Delivery<Value>> {
  private readonly listeners: EventListeners<NodeEvents<Value>>;
  private readonly feeds = new Set<DeliveryFeed<Value>>();
  /** What is still to be told. */
  private readonly notices: Notice[] = [];
  private isNotifying = false;
  /** Is the engine at work? What it tells meanwhile waits until it is done. */
  private isWorking = false;
  private isClosed = false;
  /** Values that the codec cannot decode, as the log was told. */
  private readonly undecodable = new Set<JsonValue>();
  private closing: Promise<void> | undefined;
  /** Those who wait for an acknowledgement, and get none once the node is closed or its journal is lost. */
  private readonly refusals = new Set<(loss?: JournalUnavailable) => void>();
  /** What happened to the journal, if it is lost. */
  private loss: string | undefined;

  /**
   * @param id this node's id
   * @internal
   */
  constructor(
    readonly id: string,
    private readonly parts: NodeParts<Value>,
  ) {
    this.listeners = new EventListeners(["delivery", "missed"], parts.log);
  }

  /**
   * Takes a value and lets it travel to every member. Resolves once it is accepted: with a journal, once it is written down
   * and survives this process; at once without one. With the option `ack`, once so many members have it, each as safely as that.
   * The value is copied before this returns: the caller may change it afterwards. Its delivery here comes before this
   * returns; with a journal, once it is written down here.
   * @throws {NotConfirmed} (rejects) if so many are not known to have it in time; they may get it all the same
   * @throws {InvalidValue} (rejects) if the codec cannot carry the value; names the part, such as `value.items[3].price`. A codec of
   * your own may throw errors of its own
   * @throws {ValueTooLarge} (rejects) if it is too large for a message
   * @throws {InvalidOptions} (rejects) if an option is invalid
   * @throws {JournalUnavailable} (rejects) once the journal is lost: its folder was deleted, replaced or made read-only
   * @throws {NodeClosed} (rejects) after `close`
   */
  async broadcast(value: Value, options: BroadcastOptions = {}): Promise<void> {
    if (this.isClosed)
      throw new NodeClosed(`node ${this.id} is closed: broadcast before close, or create another node`);
    if (this.loss !== undefined) throw new JournalUnavailable(this.loss);
    const json = this.parts.codec.encode(value);
    this.refuseWhatCannotTravel(json);
    const assurance = this.parts.policy.assuranceFor(options);
    const lack =
      assurance.nodes === 1 ? "the value could be written down" : "enough members were known to have the value";
    await new Promise<void>((resolve, reject) => {
      const refuse = (loss?: JournalUnavailable) =>
        reject(loss ?? new NodeClosed(`node ${this.id} was closed before ${lack}: it may be lost`));
      this.refusals.add(refuse);
      const answer = (shortfall?: UnmetWriteConcern) => {
        this.refusals.delete(refuse);
        if (shortfall === undefined) resolve();
        else reject(new NotConfirmed(shortfall, assurance.timeout));
      };
      this.work(() => this.parts.node.broadcast(json, answer, assurance));
    });
  }

  /**
   * Every value that is here, in the order in which they came; with identity `content` each once. With a journal, every value
   * that is written down: none is shown that a crash of this node could take away again. Each call decodes them all, into
   * values of their own, which the caller may change.
   */
  values(): Value[] {
    return this.parts.node.values().flatMap((json) => {
      const decoded = this.decode(json, () => "a value is left out of values()");
      return decoded === undefined ? [] : [decoded.value];
    });
  }

  /**
   * Is the value among `values()`? By content, whatever the identity.
   * @throws {InvalidValue} if the codec cannot carry the value
   */
  has(value: Value): boolean {
    return this.parts.node.has(this.parts.codec.encode(value));
  }

  /**
   * Calls `listener` for each event from now on: every value that is new here, this node's own included, once, in the order
   * in which they come; with a journal, once it is written down. What an earlier life wrote down is not new, even if a crash
   * came before its delivery: `deliveries({ past: true })` has it.
   *
   * As with Node's `EventEmitter`, a listener that is added while an event is told waits for the next event, and one that is
   * removed still gets this one. Each listener gets values of its own, which it may change. The error of a listener that throws,
   * or of an async one that rejects, goes to the log and disturbs nobody.
   * @returns removes the listener
   * @throws {InvalidArgument} for an event that there is not, and for a listener that is no function
   */
  on<Name extends keyof NodeEvents<Value>>(
    event: Name,
    listener: (news: NodeEvents<Value>[Name]) => unknown,
  ): () => void {
    return this.listeners.add(event, listener);
  }

  /**
   * The same, to iterate over: every value that is new here from this call on, until `close`. Each call begins an iteration
   * of its own; what comes while the consumer is busy waits, up to `buffer`.
   * @throws {InvalidOptions} if an option is invalid
   * @throws {DeliveryOverflow} from the iteration, once the consumer has fallen further behind than that
   */
  deliveries(options: DeliveriesOptions = {}): AsyncIterableIterator<Delivery<Value>> {
    const { past: withPast, buffer } = checkOptions("deliveries", deliveriesSchema, options);
    const past = withPast === true ? this.told() : [];
    const feed = new DeliveryFeed<Value>(
      past.flatMap((dotted) => this.deliveryOf(dotted) ?? []),
      buffer,
      (ended) => this.feeds.delete(ended),
    );
    if (this.isClosed) feed.end();
    else this.feeds.add(feed);
    return feed;
  }

  /** As `deliveries()`. */
  [Symbol.asyncIterator](): AsyncIterator<Delivery<Value>> {
    return this.deliveries();
  }

  /** How the node stands at this moment. */
  stats(): NodeStats {
    const { node, transport } = this.parts;
    const { root, suspects, backlog, roundTrips } = node.status();
    return {
      sent: { messages: transport.sentMessages, bytes: transport.sentBytes },
      received: { messages: transport.receivedMessages },
      values: node.values().length,
      roundTrips: Object.fromEntries(roundTrips),
      backlog: Object.fromEntries(backlog),
      root,
      suspects,
    };
  }

  /**
   * Sends what waits, leaves the cluster, and closes journal and transport. Iterations end, what was delivered before still
   * comes out of them. Once more does nothing more. Resolves when everything sent has left this process; whether it arrived is not waited for.
   */
  close(): Promise<void> {
    if (this.closing === undefined) {
      // At once: listeners are called while the node shuts down, and may call it.
      this.isClosed = true;
      this.closing = this.shutDown();
    }
    return this.closing;
  }

  /**
   * The journal is lost: no broadcast is acknowledged any more.
   * @internal
   */
  loseJournal({ message }: JournalUnavailable): void {
    this.loss = `${message}; restore the folder, or choose another one, and create the node again`;
    this.refuseAll(new JournalUnavailable(this.loss));
  }

  /**
   * Hands a message of another member to the engine.
   * @internal
   */
  receive(from: string, body: unknown): void {
    if (this.isClosed) return;
    this.work(() => {
      try {
        this.parts.node.receive(from, body);
      } catch (error) {
        this.parts.log.line(`dropped a message of ${from}: handling it failed: ${describeError(error)}`);
      }
    });
  }

  /**
   * Takes what the engine has to tell: at any time, since what is written down is written down later.
   * @internal
   */
  announce(notices: readonly Notice[]): void {
    for (const notice of notices) this.notices.push(notice);
    if (!this.isWorking) this.notify();
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
      for (const feed of [...this.feeds]) feed.end();
      await this.parts.leave();
    } finally {
      await this.parts.transport.close();
    }
  }

  /** @param loss why; by default the node is closed */
  private refuseAll(loss?: JournalUnavailable): void {
    for (const refuse of this.refusals) refuse(loss);
    this.refusals.clear();
  }

  private refuseWhatCannotTravel(json: JsonValue): void {
    const limit = largestValue(this.parts.transport);
    if (isLargerThan(limit, json)) throw new ValueTooLarge(limit);
  }

  /** Tells what the engine has left to tell. A listener that calls the node only adds to it. */
  private notify(): void {
    if (this.isNotifying) return;
    this.isNotifying = true;
    try {
      for (let notice = this.notices.shift(); notice !== undefined; notice = this.notices.shift()) this.tell(notice);
    } finally {
      this.isNotifying = false;
    }
  }

  /** Everyone gets news of its own: nobody sees what another consumer changes. */
  private tell(notice: Notice): void {
    if (notice.kind === "missed") {
      for (const listener of this.listeners.snapshot("missed")) listener(missedOf(notice.dots));
      return;
    }
    const feeds = [...this.feeds].map((feed) => (delivery: Delivery<Value>) => feed.push(delivery));
    for (const consume of [...this.listeners.snapshot("delivery"), ...feeds]) {
      const delivery = this.deliveryOf(notice.dotted);
      if (delivery === undefined) return;
      consume(delivery);
    }
  }

  /** What reads show, without what consumers are still to be told of. */
  private told(): DottedValue[] {
    const untold = new Set<string>();
    for (const notice of this.notices) if (notice.kind === "delivery") untold.add(nameOf(notice.dotted));
    const shown = this.parts.node.dotted();
    return untold.size === 0 ? [...shown] : shown.filter((value) => !untold.has(nameOf(value)));
  }

  private deliveryOf({ author, number, value }: DottedValue): Delivery<Value> | undefined {
    const decoded = this.decode(value, () => `number ${number} of ${author} was not delivered`);
    return decoded && { value: decoded.value, member: memberOf(author), author, number };
  }

  /** @param loss what comes of it if the codec cannot decode the value, for the log, which is told once of each value */
  private decode(json: JsonValue, loss: () => string): { readonly value: Value } | undefined {
    try {
      return { value: this.parts.codec.decode(json) };
    } catch (error) {
      if (!this.undecodable.has(json))
        this.parts.log.line(`${loss()}: the codec cannot decode it: ${describeError(error)}`);
      this.undecodable.add(json);
      return undefined;
    }
  }
}

function nameOf({ author, number }: DottedValue): string {
  return `${number} ${author}`;
}
