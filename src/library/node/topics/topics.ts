import * as v from "valibot";
import { checkOptions } from "../../../application/options/check-options.js";
import { InvalidOptions } from "../../../application/options/invalid-options.js";
import type { Log, LogEvent } from "../../../domain/ports/log.js";
import type { RetentionPolicy } from "../../../domain/retention/retention.js";
import type { DotRange } from "../../../domain/values/dot.js";
import type { JsonValue } from "../../../domain/values/json-value.js";
import type { DottedValue } from "../../../domain/values/value-log.js";
import { type Codec, isolated, jsonCodec } from "../codecs/codec.js";
import { Consumers, type ValueSource } from "../consumers.js";
import { EventListeners } from "../event-listeners.js";
import { missedOf } from "../missed.js";
import { codecSchema, retentionSchema } from "../options.js";
import type { UndecodableValue } from "../undecodable-value.js";
import { unwrap, wrap } from "./envelope.js";
import { Topic, type TopicEvents, type TopicParts } from "./topic.js";
import { requireTopicName } from "./topic-name.js";
import type { TopicRetention } from "./topic-retention.js";

/** Options of `topic`. Every node that uses the topic needs the same. */
export interface TopicOptions<Value = JsonValue> {
  /** Encodes values that JSON cannot represent, or validates them. Default: `jsonCodec`, whatever the codec of the node. */
  readonly codec?: Codec<Value>;
  /**
   * Which values of this topic are kept, instead of the option `retain` of `createNode`, in whose numbers they do not count then. Default:
   * those that the node keeps by its own option. As there, a value is deleted only once every reachable member has it, and not in its
   * first four minutes. A member that has not opened the topic keeps its values by its own option.
   */
  readonly retain?: RetentionPolicy;
}

/** A topic that has values here, or was opened. */
export interface TopicSummary {
  readonly name: string;
  /** Number of values. */
  readonly values: number;
}

const optionsSchema = v.strictObject({ codec: v.optional(codecSchema), retain: v.optional(retentionSchema) });

const EVENTS = ["delivery", "missed", "error"] as const;

interface TopicsDeps extends Pick<TopicParts<never>, "accept" | "has"> {
  readonly source: ValueSource;
  readonly retention: TopicRetention;
  /** The limits of a topic have changed. */
  readonly retentionChanged: () => void;
  readonly log: Log;
  /** Takes a value that a codec cannot decode. */
  readonly report: (event: LogEvent, problem: UndecodableValue) => void;
}

/** An open topic; the type of its values is known to its user alone. */
interface OpenTopic {
  readonly topic: Topic<never>;
  readonly codec: unknown;
  readonly consumers: Pick<Consumers<never>, "tell" | "end">;
  readonly listeners: Pick<EventListeners<TopicEvents<never>>, "snapshot">;
}

/** The topics that a node has opened. */
export class Topics {
  private readonly open = new Map<string, OpenTopic>();

  constructor(private readonly deps: TopicsDeps) {}

  /**
   * The topic with this name; each call gives the same one.
   * @throws {InvalidArgument} for an invalid name
   * @throws {InvalidOptions} for an invalid option, or one that differs from the first call's
   */
  get<Value>(name: string, options: TopicOptions<Value>): Topic<Value> {
    requireTopicName(name);
    checkOptions("topic", optionsSchema, options);
    const known = this.open.get(name);
    if (known !== undefined) {
      this.requireSame(name, known, options as TopicOptions<unknown>);
      return known.topic as unknown as Topic<Value>;
    }
    const { source, log, report, accept, has, retention } = this.deps;
    const { codec = jsonCodec as Codec<Value>, retain } = options;
    const safeCodec = isolated(codec);
    const listeners = new EventListeners<TopicEvents<Value>>(EVENTS, log);
    const consumers = new Consumers<Value>(name, {
      ...{ codec: safeCodec, source, report },
      listeners: () => listeners.snapshot("delivery"),
    });
    const encode = (value: Value) => wrap({ topic: name, value: safeCodec.encode(value) });
    const topic = new Topic<Value>(name, { consumers, listeners, encode, accept, has });
    this.open.set(name, { topic, codec, consumers, listeners } as unknown as OpenTopic);
    if (retain !== undefined) {
      retention.set(name, retain);
      this.deps.retentionChanged();
    }
    return topic;
  }

  /** All topics that have values here or are open, by name. */
  summaries(): TopicSummary[] {
    const counts = new Map([...this.open.keys()].map((name) => [name, 0]));
    for (const value of this.deps.source.values()) {
      const { topic } = unwrap(value);
      if (topic !== undefined) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
    return [...counts].map(([name, values]) => ({ name, values })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Passes on a value that is new, if its topic is open. */
  tell(dotted: DottedValue): void {
    if (this.open.size === 0) return;
    const { topic } = unwrap(dotted.value);
    if (topic !== undefined) this.open.get(topic)?.consumers.tell(dotted);
  }

  missed(dots: readonly DotRange[]): void {
    for (const { listeners } of [...this.open.values()])
      for (const listener of listeners.snapshot("missed")) listener(missedOf(dots));
  }

  /** Passes on a problem to the listeners of its topic. */
  failed(problem: UndecodableValue): void {
    const { listeners } = this.open.get(problem.topic ?? "") ?? {};
    for (const listener of listeners?.snapshot("error") ?? []) listener(problem);
  }

  /** Ends all iterations. */
  end(): void {
    for (const { consumers } of this.open.values()) consumers.end();
  }

  private requireSame(name: string, { codec }: OpenTopic, options: TopicOptions<unknown>): void {
    const limits = this.deps.retention.of(name);
    const { retain } = options;
    const isOther: Record<keyof TopicOptions, boolean> = {
      codec: options.codec !== undefined && options.codec !== codec,
      retain: retain !== undefined && (retain.maxAge !== limits?.maxAge || retain.maxCount !== limits?.maxCount),
    };
    for (const [option, isWrong] of Object.entries(isOther))
      if (isWrong)
        throw new InvalidOptions(
          `topic ${name} is open already, with another ${option} or none; pass the same in every call, or in the first one only`,
        );
  }
}
