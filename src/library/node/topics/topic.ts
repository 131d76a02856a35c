import type { JsonValue } from "../../../domain/values/json-value.js";
import type { Consumers } from "../consumers.js";
import type { DeliveriesOptions } from "../deliveries.js";
import type { EventListeners } from "../event-listeners.js";
import type { BroadcastOptions, Delivery, Missed } from "../types.js";
import type { UndecodableValue } from "../undecodable-value.js";

/** Events of a topic. */
export interface TopicEvents<Value> {
  /** A value of this topic is new here. */
  delivery: Delivery<Value>;
  /** Values will never arrive here. Their topics are unknown, so every topic gets this event, with all of them. */
  missed: Missed;
  /** A value of this topic cannot be decoded. The node has the same event. */
  error: UndecodableValue;
}

/** Parts of a `Topic`; the node combines them. */
export interface TopicParts<Value> {
  readonly consumers: Consumers<Value>;
  readonly listeners: EventListeners<TopicEvents<Value>>;
  /** Encodes a value of this topic as it is stored and sent. */
  readonly encode: (value: Value) => JsonValue;
  /** Broadcasts the value that `encode` returns. */
  readonly accept: (encode: () => JsonValue, options: BroadcastOptions) => Promise<void>;
  readonly has: (json: JsonValue) => boolean;
}

/**
 * The values of a cluster under one name, apart from all others. Created by `topic` of a node. Topics share the members, the rounds, the
 * journal and the backlog of their node, so a further topic costs no further message. Every member gets and keeps the values of all topics,
 * whether it uses them or not. No order is promised, within a topic or between topics.
 */
export class Topic<Value = JsonValue> implements AsyncIterable<Delivery<Value>> {
  /**
   * @param name the topic's name
   * @internal
   */
  constructor(
    readonly name: string,
    private readonly parts: TopicParts<Value>,
  ) {}

  /**
   * Broadcasts a value of this topic to every member, like `broadcast` of the node.
   * @throws {BacklogFull} (rejects) if the backlog of the node is full, with the option `wait: false`
   * @throws {NotConfirmed} (rejects) if too few members are known to have it in time; they may still get it
   * @throws {InvalidValue} (rejects) if the codec cannot encode the value. Your own codec may throw other errors
   * @throws {ValueTooLarge} (rejects) if it is too large for a message; the name of the topic counts
   * @throws {InvalidOptions} (rejects) if an option is invalid
   * @throws {JournalUnavailable} (rejects) once the journal is lost
   * @throws {NodeClosed} (rejects) once the node is closed
   */
  broadcast(value: Value, options: BroadcastOptions = {}): Promise<void> {
    return this.parts.accept(() => this.parts.encode(value), options);
  }

  /**
   * Every value of this topic that the node has, in the order of arrival, including those that came before the topic was opened here, or
   * before a restart. Each call looks through all values of the node, and decodes those of the topic anew.
   */
  values(): Value[] {
    return this.parts.consumers.values();
  }

  /**
   * Whether the value is among `values()`, compared by content, whatever the identity.
   * @throws {InvalidValue} if the codec cannot encode the value
   */
  has(value: Value): boolean {
    return this.parts.has(this.parts.encode(value));
  }

  /**
   * Calls `listener` for each event from now on, as `on` of the node does.
   * @returns a function that removes the listener
   * @throws {InvalidArgument} for an unknown event, or a listener that is not a function
   */
  on<Name extends keyof TopicEvents<Value>>(
    event: Name,
    listener: (news: TopicEvents<Value>[Name]) => unknown,
  ): () => void {
    return this.parts.listeners.add(event, listener);
  }

  /**
   * An iteration over every value of this topic that is new here from this call on, until the node is closed. With `past` it begins with
   * all values of the topic that the node has.
   * @throws {InvalidOptions} if an option is invalid
   * @throws {DeliveryOverflow} from the iteration, once the consumer has fallen further behind than `buffer`
   */
  deliveries(options: DeliveriesOptions = {}): AsyncIterableIterator<Delivery<Value>> {
    return this.parts.consumers.deliveries(options);
  }

  /** Like `deliveries()`. */
  [Symbol.asyncIterator](): AsyncIterator<Delivery<Value>> {
    return this.deliveries();
  }
}
