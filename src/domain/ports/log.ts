/** How urgent an event is: `error` needs a person soon, `warn` may need one, `info` and `debug` need none. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** The value of a field: times and durations in ms. */
export type LogField = string | number | boolean | readonly (string | number)[];

/** The particulars of an event, by name. */
export type LogFields = Readonly<Record<string, LogField | undefined>>;

/** An event for the operator of a node. */
export interface LogEvent {
  readonly level: LogLevel;
  /** Names the kind of event, and never changes: docs/operations.md explains each code. */
  readonly code: string;
  readonly fields: LogFields;
  /** One line for people, made from the fields. */
  readonly text: string;
}

/** The operator's log of a node; not part of the protocol. */
export interface Log {
  event(event: LogEvent): void;
}
