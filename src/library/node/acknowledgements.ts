import * as v from "valibot";
import { checkOptions } from "../../application/options/check-options.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import { WRITE_CONCERN } from "../../domain/config.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { describeUnmet, type UnmetWriteConcern, type WriteConcern } from "../../domain/write-concern/write-concern.js";
import type { Acknowledgement, BroadcastOptions } from "./types.js";

/** Time that a broadcast waits for answers beyond the budget's maximum, in ms. */
const TIME_FOR_ANSWERS = 1500;

/** Schema of the options `ack` and `ackTimeout` of `createNode` and `broadcast`. */
export const acknowledgementFields = {
  ack: v.optional(
    v.custom<Acknowledgement>(
      (ack) => ack === "local" || ack === "all" || (Number.isSafeInteger(ack) && (ack as number) >= 1),
      '"local", "all", or a whole number from 1',
    ),
  ),
  ackTimeout: v.optional(v.pipe(v.number("a number of ms"), v.finite("finite"), v.minValue(1, "at least 1 ms"))),
};

const schema = v.strictObject({ ...acknowledgementFields, wait: v.optional(v.boolean("true or false")) });

/**
 * Too few members were known to have a value in time. The value is kept and still spreads: other members may get it, or may
 * already have it. With identity `content` it is safe to broadcast it again.
 */
export class NotConfirmed extends Error {
  override readonly name = "NotConfirmed";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_NOT_CONFIRMED";
  /** Number of members known to have the value, including this one once its journal has stored it. */
  readonly known: number;
  /** Requested number of members. */
  readonly needed: number;
  /** The members that are not known to have the value. */
  readonly missing: readonly MemberId[];

  /** @internal */
  constructor(shortfall: UnmetWriteConcern, timeout: number) {
    super(`not confirmed within ${timeout} ms: ${describeUnmet(shortfall)}`);
    this.known = shortfall.known;
    this.needed = shortfall.needed;
    this.missing = shortfall.missing;
  }
}

/** Combines the options of a broadcast with those of its node. */
export class AcknowledgementPolicy {
  /**
   * @param longest the budget's maximum, in ms
   * @param size number of members; `undefined` if it changes
   */
  constructor(
    private readonly defaults: BroadcastOptions,
    private readonly longest: number,
    private readonly size: number | undefined,
  ) {}

  /** @throws {InvalidOptions} for an invalid option */
  assuranceFor(options: BroadcastOptions): WriteConcern {
    const checked = checkOptions("broadcast", schema, options) as BroadcastOptions;
    const { ack = "local", ackTimeout } = { ...this.defaults, ...definedOf(checked) };
    const tooMany = problemWithSize(ack, this.size);
    if (tooMany !== undefined) throw new InvalidOptions(`broadcast's option ${tooMany}`);
    const timeout = ackTimeout ?? Math.max(WRITE_CONCERN.timeout, this.longest + TIME_FOR_ANSWERS);
    return { nodes: ack === "local" ? 1 : ack, timeout };
  }
}

/** The problem with waiting for this many members; `undefined` if there is none, or the number of members changes. */
export function problemWithSize(ack: Acknowledgement | undefined, size: number | undefined): string | undefined {
  if (typeof ack !== "number" || size === undefined || ack <= size) return undefined;
  return `ack must be "all" or at most ${size}, the number of members, but it is ${ack}`;
}

function definedOf(options: BroadcastOptions): BroadcastOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
