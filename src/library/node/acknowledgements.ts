import * as v from "valibot";
import { checkOptions } from "../../application/options/check-options.js";
import { InvalidOptions } from "../../application/options/invalid-options.js";
import { WRITE_CONCERN } from "../../domain/config.js";
import type { MemberId } from "../../domain/ports/transport.js";
import { describeUnmet, type UnmetWriteConcern, type WriteConcern } from "../../domain/write-concern/write-concern.js";
import type { Acknowledgement, BroadcastOptions } from "./types.js";

/** Beyond the budget's maximum a broadcast waits this long for the answers of others, in ms. */
const TIME_FOR_ANSWERS = 1500;

/** What a broadcast waits for, as `createNode` and `broadcast` may be given it. */
export const acknowledgementFields = {
  ack: v.optional(
    v.custom<Acknowledgement>(
      (ack) => ack === "local" || ack === "all" || (Number.isSafeInteger(ack) && (ack as number) >= 1),
      '"local", "all", or a whole number from 1',
    ),
  ),
  ackTimeout: v.optional(v.pipe(v.number("a number of ms"), v.finite("finite"), v.minValue(1, "at least 1 ms"))),
};

const schema = v.strictObject(acknowledgementFields);

/**
 * Not as many members as asked for are known to have a value in time. It is kept, and travels on: they may get it, or have it
 * already. To broadcast it again is harmless with identity `content`.
 */
export class NotConfirmed extends Error {
  override readonly name = "NotConfirmed";
  /** The same in every copy of this module, where `instanceof` differs. */
  readonly code = "TIDECAST_NOT_CONFIRMED";
  /** How many members are known to have it, this one included once it is written down. */
  readonly known: number;
  /** How many should. */
  readonly needed: number;
  /** The members that are not known to have it. */
  readonly missing: readonly MemberId[];

  /** @internal */
  constructor(shortfall: UnmetWriteConcern, timeout: number) {
    super(`not confirmed within ${timeout} ms: ${describeUnmet(shortfall)}`);
    this.known = shortfall.known;
    this.needed = shortfall.needed;
    this.missing = shortfall.missing;
  }
}

/** What a broadcast waits for, by what it was told itself and by what its node was. */
export class AcknowledgementPolicy {
  /**
   * @param longest the budget's maximum, in ms
   * @param size how many members there are; `undefined` where that changes
   */
  constructor(
    private readonly defaults: BroadcastOptions,
    private readonly longest: number,
    private readonly size: number | undefined,
  ) {}

  /** @throws {InvalidOptions} for an option that is invalid */
  assuranceFor(options: BroadcastOptions): WriteConcern {
    const checked = checkOptions("broadcast", schema, options) as BroadcastOptions;
    const { ack = "local", ackTimeout } = { ...this.defaults, ...definedOf(checked) };
    const tooMany = problemWithSize(ack, this.size);
    if (tooMany !== undefined) throw new InvalidOptions(`broadcast's option ${tooMany}`);
    const timeout = ackTimeout ?? Math.max(WRITE_CONCERN.timeout, this.longest + TIME_FOR_ANSWERS);
    return { nodes: ack === "local" ? 1 : ack, timeout };
  }
}

/** What is wrong with waiting for so many members; `undefined` if nothing is, or their number changes. */
export function problemWithSize(ack: Acknowledgement | undefined, size: number | undefined): string | undefined {
  if (typeof ack !== "number" || size === undefined || ack <= size) return undefined;
  return `ack cannot be ${ack}: there are ${size} members; "all" means all of them`;
}

function definedOf(options: BroadcastOptions): BroadcastOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
