import type { RoundSchedule, UpcastPlan } from "../../messages.js";
import type { LogEvent } from "../../ports/log.js";
import type { MemberId } from "../../ports/transport.js";
import type { TreePosition } from "../../tree/tree-builder.js";
import { DowncastTimeout, type DowncastTimeoutDeps } from "./downcast-timeout.js";
import { InitialRttProbe, type InitialRttProbeDeps } from "./initial-rtt-probe.js";
import type { RoundPacer } from "./round-pacer.js";

/** The events that concern this node's rounds. */
export interface Rounds {
  start(): void;

  /** An upcast arrived that a child had planned for one of this node's rounds. */
  upcastArrived(plan: UpcastPlan): void;

  /**
   * A member has announced its rounds.
   * @returns how long its downcast was delayed in the network, in ms; 0 if it was no downcast
   */
  scheduleReceived(from: MemberId, schedule: RoundSchedule): number;

  /** A member sent a message; `schedule` is present if it was a downcast with values. */
  downcastReceived(from: MemberId, schedule?: RoundSchedule): void;

  /** A peer requests an acknowledgement that it should have. */
  ackRequested(): void;

  /** A message was lost. */
  lossDetected(): void;

  /** A probe has measured a round trip. */
  rttMeasured(): void;

  /** The event for the log if rounds cannot keep the budget; `undefined` while they can. */
  infeasibility(): LogEvent | undefined;

  close(): void;
}

interface AlignedRoundsDeps extends DowncastTimeoutDeps, InitialRttProbeDeps {
  readonly roundPacer: RoundPacer;
  readonly overlay: TreePosition;
}

/** Aligned rounds: the pacer, the probe before the first round, and the timeout of a downcast. */
export class AlignedRounds implements Rounds {
  private readonly initialRttProbe: InitialRttProbe;
  private readonly downcastTimeout: DowncastTimeout;

  constructor(private readonly deps: AlignedRoundsDeps) {
    this.initialRttProbe = new InitialRttProbe(deps);
    this.downcastTimeout = new DowncastTimeout(deps);
  }

  start(): void {
    this.initialRttProbe.start();
  }

  upcastArrived(plan: UpcastPlan): void {
    this.deps.roundPacer.upcastArrived(plan);
  }

  scheduleReceived(from: MemberId, schedule: RoundSchedule): number {
    return this.deps.roundPacer.scheduleReceived(from, schedule);
  }

  downcastReceived(from: MemberId, schedule?: RoundSchedule): void {
    this.downcastTimeout.received(from, schedule);
  }

  ackRequested(): void {
    this.deps.roundPacer.ackRequested();
  }

  lossDetected(): void {
    this.deps.roundPacer.lossDetected();
  }

  rttMeasured(): void {
    this.initialRttProbe.rttMeasured();
  }

  infeasibility(): LogEvent | undefined {
    return this.deps.roundPacer.infeasibility();
  }

  close(): void {
    this.initialRttProbe.close();
    this.downcastTimeout.close();
  }
}

/** No rounds: values leave at once, or in windows. */
export const NO_ROUNDS: Rounds = {
  start() {},
  upcastArrived() {},
  scheduleReceived: () => 0,
  downcastReceived() {},
  ackRequested() {},
  lossDetected() {},
  rttMeasured() {},
  infeasibility: () => undefined,
  close() {},
};
