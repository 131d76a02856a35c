import { checkOptions } from "../../application/options/check-options.js";
import { describeError } from "../../application/wire/describe-error.js";
import type { LogEvent } from "../../domain/ports/log.js";
import { memberOf } from "../../domain/values/dot.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import type { DottedValue } from "../../domain/values/value-log.js";
import type { Codec } from "./codecs/codec.js";
import { type DeliveriesOptions, DeliveryFeed, deliveriesSchema } from "./deliveries.js";
import { valueUndecodable } from "./log-events.js";
import { type Content, unwrap } from "./topics/envelope.js";
import type { Delivery } from "./types.js";
import { UndecodableValue } from "./undecodable-value.js";

/** The values that a node has, as its consumers read them. */
export interface ValueSource {
  /** Whether the node accepts no values any more. */
  readonly isClosed: boolean;
  /** All values, as they are stored, in the order of arrival. */
  values(): readonly JsonValue[];
  /** The same values with their dots, without those that consumers have not been told yet. */
  shown(): readonly DottedValue[];
}

/** Collaborators of `Consumers`. */
interface ConsumersDeps<Value> {
  readonly codec: Codec<Value>;
  readonly source: ValueSource;
  /** The listeners for deliveries at this moment. */
  readonly listeners: () => readonly ((delivery: Delivery<Value>) => void)[];
  /** Takes a value that the codec cannot decode, once. */
  readonly report: (event: LogEvent, problem: UndecodableValue) => void;
}

/** The values of the node itself and of all topics. */
export const EVERYTHING = "*";

const NO_FEEDS: readonly never[] = [];

/** The consumers of the values of one topic, of the node itself, or of everything. Each of them gets its own copy of a value, decoded by one codec. */
export class Consumers<Value> {
  private readonly feeds = new Set<DeliveryFeed<Value>>();
  /** Values that the codec cannot decode and that have been reported. */
  private readonly reported = new WeakSet<object>();
  private readonly reportedPrimitives = new Set<JsonValue>();

  /** @param topic `undefined` for the values of the node itself; or `EVERYTHING` */
  constructor(
    private readonly topic: string | undefined,
    private readonly deps: ConsumersDeps<Value>,
  ) {}

  /** All values of the topic, decoded. */
  values(): Value[] {
    const { source } = this.deps;
    let origins: Map<JsonValue, DottedValue> | undefined;
    const originOf = (json: JsonValue) => {
      origins ??= new Map(source.shown().map((dotted) => [dotted.value, dotted]));
      return origins.get(json);
    };
    return source.values().flatMap((json) => {
      const decoded = this.decode(json, { from: () => originOf(json) });
      return decoded === undefined ? [] : [decoded.value];
    });
  }

  /** Passes on a value that is new. Other topics' values are ignored. */
  tell(dotted: DottedValue): void {
    // A listener may begin or end an iteration, which concerns the next delivery only.
    const feeds = this.feeds.size > 0 ? [...this.feeds] : NO_FEEDS;
    for (const listener of this.deps.listeners()) {
      const delivery = this.deliveryOf(dotted);
      if (delivery === undefined) return;
      listener(delivery);
    }
    for (const feed of feeds) {
      const delivery = this.deliveryOf(dotted);
      if (delivery === undefined) return;
      feed.push(delivery);
    }
  }

  /**
   * Begins an iteration over deliveries.
   * @throws {InvalidOptions} if an option is invalid
   */
  deliveries(options: DeliveriesOptions): DeliveryFeed<Value> {
    const { past: withPast, buffer } = checkOptions("deliveries", deliveriesSchema, options);
    const past = withPast === true ? this.deps.source.shown() : [];
    const feed = new DeliveryFeed<Value>(
      past.flatMap((dotted) => this.deliveryOf(dotted) ?? []),
      buffer,
      (ended) => this.feeds.delete(ended),
    );
    if (this.deps.source.isClosed) feed.end();
    else this.feeds.add(feed);
    return feed;
  }

  /** Ends all iterations, after the deliveries that are queued. */
  end(): void {
    for (const feed of [...this.feeds]) feed.end();
  }

  private deliveryOf(dotted: DottedValue): Delivery<Value> | undefined {
    const { author, number, value } = dotted;
    const decoded = this.decode(value, { from: () => dotted, dot: { author, number } });
    if (decoded === undefined) return undefined;
    const { topic } = decoded;
    return { value: decoded.value, member: memberOf(author), author, number, ...(topic !== undefined && { topic }) };
  }

  /**
   * Decodes a value of this topic.
   * @param from where the value comes from, if that is known; called once per value that the codec cannot decode
   * @param dot the value's name, if it is about to be delivered
   */
  private decode(
    json: JsonValue,
    { from, dot }: { from: () => DottedValue | undefined; dot?: Pick<DottedValue, "author" | "number"> },
  ): Content<Value> | undefined {
    const { topic, value } = unwrap(json);
    if (topic !== this.topic && this.topic !== EVERYTHING) return undefined;
    try {
      return { topic, value: this.deps.codec.decode(value) };
    } catch (error) {
      if (this.noteReport(json)) {
        const event = valueUndecodable({
          ...dot,
          ...(topic !== undefined && { topic }),
          reason: describeError(error),
        });
        this.deps.report(event, new UndecodableValue(event.text, { topic, ...from() }, error));
      }
      return undefined;
    }
  }

  /** @returns whether the value was not reported before */
  private noteReport(json: JsonValue): boolean {
    if (typeof json === "object" && json !== null) {
      const isNew = !this.reported.has(json);
      this.reported.add(json);
      return isNew;
    }
    const { size } = this.reportedPrimitives;
    return this.reportedPrimitives.add(json).size > size;
  }
}
