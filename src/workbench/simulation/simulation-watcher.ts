import type { UnmetWriteConcern } from "../../domain/write-concern/write-concern.js";
import type { MessageWatcher } from "../model/message-watcher.js";

/** Follows the events of a simulation. Members are numbers, `at` is in ms of the simulation. */
export interface SimulationWatcher {
  readonly messages: MessageWatcher;
  /** A client gives a value to a member, which takes it at once. */
  given(at: number, member: number, value: number): void;
  acknowledged(at: number, value: number): void;
  /** Too few members were known to have the value in time. */
  refused?(at: number, value: number, shortfall: UnmetWriteConcern): void;
  /** A member writes a log line. */
  said?(at: number, member: number, line: string): void;
  /** A member knows a value that it did not know before in this life. */
  learned(at: number, member: number, value: number): void;
  /** A member's process has started: at first, or again. */
  began?(at: number, member: number): void;
  /** A member's process has ended, and took with it what was not in a journal. */
  ceased?(at: number, member: number): void;
  /** The run is over. @param exempt acknowledged values that need not be kept, by the fault model */
  ended(at: number, exempt: readonly number[]): void;
}
