import type { NetworkConditions } from "../network-conditions.js";
import type { Fault } from "./fault.js";

/** Every message between nodes is lost with the same probability, whoever sends it. */
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
    whole("nothing is lost any more");
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
    whole("nothing arrives twice any more");
  }
}

/** Every message between nodes takes longer, by the same time (ms). */
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
    whole("as fast as before");
  }
}

function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(2))} %`;
}
