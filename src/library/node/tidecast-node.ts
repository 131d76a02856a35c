import type { BroadcastNode } from "../../application/broadcast-node.js";
import { isLargerThan, largestValue } from "../../application/wire/value-size.js";
import { type DotRun, memberOf } from "../../domain/dot.js";
import type { JsonValue } from "../../domain/json-value.js";
import type { Log } from "../../domain/ports/log.js";
import { type AcknowledgementPolicy, NotConfirmed } from "./acknowledgements.js";
import type { Codec } from "./codecs/codec.js";
import type { CountingTransport } from "./counting-transport.js";
import { type DeliveriesOptions, DeliveryFeed } from "./deliveries.js";
import { missedOf } from "./missed.js";
import type { BroadcastOptions, Delivery, NodeEvents, NodeStats } from "./types.js";

/** The node was closed, and takes no values any more. */
export class NodeClosed extends Error {
  override readonly name = "NodeClosed";
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
  | { readonly kind: "delivery"; readonly author: string; readonly number: number; readonly json: JsonValue }
  | { readonly kind: "missed"; readonly dots: readonly DotRun[] };

/** A member of a cluster: what one broadcasts, all get. Made by `createNode`. */
export class TidecastNode<Value = JsonValue> implements AsyncIterable<Delivery<Value>> {
  private readonly listeners = {
    delivery: new Set<(delivery: Delivery<Value>) => void>(),
    missed: new Set<(missed: NodeEvents<Value>["missed"]) => void>(),
  };
  private readonly feeds = new Set<DeliveryFeed<Value>>();
  private isNotifying = false;
  private closing: Promise<void> | undefined;
  /** Those who wait for an acknowledgement, and get none once the node is closed. */
  private readonly refusals = new Set<() => void>();

  /**
   * @param id this node's id
   * @param notices where the engine leaves what is to be told
   * @internal
   */
  constructor(
    readonly id: string,
    private readonly parts: NodeParts<Value>,
    private readonly notices: Notice[],
  ) {}

  /**
   * Takes a value and lets it travel to every member. Its delivery here comes before this returns. Resolves once it is
   * accepted: with a journal, once it is written down and survives this process; at once without one. With the option `ack`,
   * once so many members have it, each as safely as that.
   * @throws {NotConfirmed} (rejects) if so many are not known to have it in time; they may get it all the same
   * @throws {TypeError} (rejects) if the codec cannot carry the value; names the part, such as `value.items[3].price`
   * @throws {RangeError} (rejects) if it is too large for a message, or if the options are invalid
   * @throws {NodeClosed} (rejects) after `close`
   */
  async broadcast(value: Value, options: BroadcastOptions = {}): Promise<void> {
    if (this.closing !== undefined)
      throw new NodeClosed(`node ${this.id} is closed: broadcast before close, or create another node`);
    const json = this.parts.codec.encode(value);
    this.refuseWhatCannotTravel(json);
    const assurance = this.parts.policy.assuranceFor(options);
    const lack =
      assurance.nodes === 1 ? "the value could be written down" : "enough members were known to have the value";
    await new Promise<void>((resolve, reject) => {
      const refuse = () => reject(new NodeClosed(`node ${this.id} was closed before ${lack}: it may be lost`));
      this.refusals.add(refuse);
      this.parts.node.broadcast(
        json,
        (shortfall) => {
          this.refusals.delete(refuse);
          if (shortfall === undefined) resolve();
          else reject(new NotConfirmed(shortfall, assurance.timeout));
        },
        assurance,
      );
      this.notify();
    });
  }

  /** Every value that is here, in the order in which they came; with identity `content` each once. Do not change them. */
  values(): Value[] {
    return this.parts.node.values().map((json) => this.parts.codec.decode(json));
  }

  /**
   * Is the value here? By content, whatever the identity.
   * @throws {TypeError} if the codec cannot carry the value
   */
  has(value: Value): boolean {
    return this.parts.node.has(this.parts.codec.encode(value));
  }

  /**
   * Calls `listener` for each event from now on: every value that is new here, this node's own included, once, in the order
   * in which they come; what an earlier life wrote down is not new. An error of a listener is told to the log, and disturbs nobody.
   * @returns takes the listener away again
   */
  on<Name extends keyof NodeEvents<Value>>(event: Name, listener: (news: NodeEvents<Value>[Name]) => void): () => void {
    const listeners = this.listeners[event] as Set<typeof listener>;
    // Of its own, so that who is added twice is called twice, and taken away one by one.
    const own: typeof listener = (news) => listener(news);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  /**
   * The same, to iterate over: every value that is new here from this call on, until `close`. Each call begins an iteration
   * of its own; what comes while the consumer is busy waits, up to `buffer`.
   * @throws {DeliveryOverflow} from the iteration, once the consumer has fallen further behind than that
   */
  deliveries(options: DeliveriesOptions = {}): AsyncIterableIterator<Delivery<Value>> {
    const past = options.past === true ? this.parts.node.dotted() : [];
    const feed = new DeliveryFeed<Value>(
      past.map(({ author, number, value }) => this.deliveryOf(author, number, value)),
      options,
      (ended) => this.feeds.delete(ended),
    );
    if (this.closing === undefined) this.feeds.add(feed);
    else feed.end();
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
    this.closing ??= this.shutDown();
    return this.closing;
  }

  /**
   * Hands a message of another member to the engine.
   * @internal
   */
  receive(from: string, body: unknown): void {
    if (this.closing !== undefined) return;
    try {
      this.parts.node.receive(from, body);
    } catch (error) {
      this.parts.log.line(`dropped a message of ${from}: handling it failed: ${describe(error)}`);
    }
    this.notify();
  }

  private async shutDown(): Promise<void> {
    this.parts.node.stop();
    for (const refuse of this.refusals) refuse();
    for (const feed of this.feeds) feed.end();
    await this.parts.leave();
    await this.parts.transport.close();
  }

  private refuseWhatCannotTravel(json: JsonValue): void {
    const limit = largestValue(this.parts.transport);
    if (isLargerThan(limit, json))
      throw new RangeError(
        `the value takes more than ${limit} bytes of JSON, the most that a message of this transport can carry: broadcast it in parts, or a reference to it`,
      );
  }

  /** Tells what the engine has left to tell. A listener that calls the node only adds to it. */
  private notify(): void {
    if (this.isNotifying) return;
    this.isNotifying = true;
    for (let notice = this.notices.shift(); notice !== undefined; notice = this.notices.shift()) this.tell(notice);
    this.isNotifying = false;
  }

  private tell(notice: Notice): void {
    if (notice.kind === "missed") {
      this.emit("missed", missedOf(notice.dots));
      return;
    }
    let delivery: Delivery<Value>;
    try {
      delivery = this.deliveryOf(notice.author, notice.number, notice.json);
    } catch (error) {
      this.parts.log.line(
        `number ${notice.number} of ${notice.author} was not delivered: the codec cannot decode it: ${describe(error)}`,
      );
      return;
    }
    this.emit("delivery", delivery);
    for (const feed of this.feeds) feed.push(delivery);
  }

  private deliveryOf(author: string, number: number, json: JsonValue): Delivery<Value> {
    return { value: this.parts.codec.decode(json), member: memberOf(author), author, number };
  }

  private emit<Name extends keyof NodeEvents<Value>>(event: Name, news: NodeEvents<Value>[Name]): void {
    for (const listener of this.listeners[event] as Set<(news: NodeEvents<Value>[Name]) => void>) {
      try {
        listener(news);
      } catch (error) {
        this.parts.log.line(`a listener for "${event}" failed: ${describe(error)}`);
      }
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
