import type { MemberId } from "../../domain/ports/transport.js";
import { memberOf } from "../../domain/values/dot.js";

/** Where a value comes from. */
interface ValueOrigin {
  readonly topic?: string | undefined;
  readonly author?: string | undefined;
  readonly number?: number | undefined;
}

/**
 * The codec cannot decode a value: another member uses another codec, or another version of a schema. Comes with the event `error`, once
 * per value. The value was not delivered, or is missing from `values()`; `cause` is the codec's error.
 */
export class UndecodableValue extends Error {
  override readonly name = "UndecodableValue";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_UNDECODABLE_VALUE";
  /** The topic; `undefined` for a value of the node itself. */
  readonly topic: string | undefined;
  /** The member that broadcast it; `undefined` if this node does not know any more. */
  readonly member: MemberId | undefined;
  /** That member in one of its lives, `member@incarnation`. */
  readonly author: string | undefined;
  /** The value's number among those of its author. */
  readonly number: number | undefined;

  /** @internal */
  constructor(message: string, { topic, author, number }: ValueOrigin = {}, cause?: unknown) {
    super(message, { cause });
    this.topic = topic;
    this.member = author === undefined ? undefined : memberOf(author);
    this.author = author;
    this.number = number;
  }
}
