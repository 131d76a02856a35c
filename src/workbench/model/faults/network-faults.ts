import type { NetworkConditions } from "../network-conditions.js";
import type { Fault } from "./fault.js";

/** Every message between nodes is lost with the same probability. */
export class LossFault implements Fault {
  readonly name = "loss";

  constructor(
    private readonly rate: number,
    private readonly conditions: NetworkConditions,
  ) {}

  start(): string {
    this.conditions.lossRate = this.rate;
    return `${percent(this.rate)} of the messages are lost`;
  }

  stop(whole: (detail: string) => void): void {
    this.conditions.lossRate = 0;
    whole("messages are no longer lost");
  }
}

/** Every message between nodes arrives twice with the same probability. */
export class DuplicateFault implements Fault {
  readonly name = "duplicate";

  constructor(
    private readonly rate: number,
    private readonly conditions: NetworkConditions,
  ) {}

  start(): string {
    this.conditions.duplicateRate = this.rate;
    return `${percent(this.rate)} of the messages arrive twice`;
  }

  stop(whole: (detail: string) => void): void {
    this.conditions.duplicateRate = 0;
    whole("messages no longer arrive twice");
  }
}

/** Every message between nodes takes longer, by a fixed time (ms). */
export class SlowFault implements Fault {
  readonly name = "slow";

  constructor(
    private readonly addedLatency: number,
    private readonly conditions: NetworkConditions,
  ) {}

  start(): string {
    this.conditions.addedLatency = this.addedLatency;
    return `every message takes ${this.addedLatency} ms longer`;
  }

  stop(whole: (detail: string) => void): void {
    this.conditions.addedLatency = 0;
    whole("messages take as long as before");
  }
}

function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(2))} %`;
}
