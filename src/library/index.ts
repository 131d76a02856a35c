/**
 * An embeddable broadcast engine: `import { createNode } from "tidecast"`.
 * @module tidecast
 */
export { type ConsoleLogOptions, type ConsoleMethods, consoleLog } from "../adapters/console/console-log.js";
export { type PinoMethods, pinoLog } from "../adapters/pino/pino-log.js";
export {
  HeartbeatMembership,
  type HeartbeatPace,
  type HeartbeatPorts,
} from "../application/membership/heartbeat-membership.js";
export type { LineLog as Log, LogOption, LogRecord, LogSink } from "../application/options/guarded-log.js";
export { InvalidOptions } from "../application/options/invalid-options.js";
export type { CancelTask, Clock } from "../domain/ports/clock.js";
export {
  type Journal,
  type JournalRecord,
  JournalUnavailable,
  type OpenedJournal,
  type OpenJournal,
} from "../domain/ports/journal.js";
export type { LogEvent, LogField, LogFields, LogLevel } from "../domain/ports/log.js";
export type { AnnouncementChannel, MemberDetails, Membership, MembersListener } from "../domain/ports/membership.js";
export type { Random } from "../domain/ports/random.js";
export type { DroppedMessages, MemberId, MessageListener, MessageNotes, Transport } from "../domain/ports/transport.js";
export type { RetentionPolicy } from "../domain/retention/retention.js";
export type { ActorId, DotRange } from "../domain/values/dot.js";
export type { JsonValue } from "../domain/values/json-value.js";
export { NotConfirmed } from "./node/acknowledgements.js";
export { BacklogFull, type BacklogOptions } from "./node/backlog.js";
export { type Codec, jsonCodec, richCodec, type UniversalCodec } from "./node/codecs/codec.js";
export { InvalidValue } from "./node/codecs/invalid-value.js";
export {
  SchemaViolation,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
  type StandardSchemaCodecOptions,
  standardSchemaCodec,
} from "./node/codecs/standard-schema.js";
export { createNode } from "./node/create-node.js";
export { type DeliveriesOptions, DeliveryOverflow } from "./node/deliveries.js";
export { InvalidArgument } from "./node/event-listeners.js";
export type { Health, HealthProblem } from "./node/health.js";
export type { Metric, Sample } from "./node/metrics/metric.js";
export { NodeClosed, type TidecastNode } from "./node/tidecast-node.js";
export { Topic, type TopicEvents } from "./node/topics/topic.js";
export type { TopicOptions, TopicSummary } from "./node/topics/topics.js";
export type {
  Acknowledgement,
  BroadcastOptions,
  Budget,
  BudgetName,
  Delivery,
  Member,
  MemberChange,
  MemberLag,
  Missed,
  NodeEvents,
  NodeOptions,
  NodeStats,
  Ready,
  RootChange,
} from "./node/types.js";
export { UndecodableValue } from "./node/undecodable-value.js";
export { ValueTooLarge } from "./node/value-too-large.js";
