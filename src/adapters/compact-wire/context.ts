import type { PbfReader, PbfWriter } from "pbf";
import type { MemberId } from "../../domain/ports/transport.js";
import { actorOf } from "../../domain/values/dot.js";
import type { HeardNames, SentNames } from "./names.js";
import { readBytes, readNatural, textOf, writeText } from "./primitives.js";
import { MalformedFrame } from "./problems.js";

/** The two members of a message, which it need not repeat. */
export interface Route {
  readonly from: MemberId;
  readonly to: MemberId;
}

/** State while one message is written. */
export class WritingContext {
  constructor(
    readonly writer: PbfWriter,
    readonly names: SentNames,
    readonly route: Route,
  ) {}

  /**
   * Writes a name's number above a bit, or 0 above it and the name itself.
   * @throws {Inexpressible}
   */
  name(text: string, bit: 0 | 1): void {
    const number = this.names.numberOf(text);
    if (number !== undefined) this.writer.writeVarint((number + 1) * 2 + bit);
    else {
      this.writer.writeVarint(bit);
      writeText(this.writer, text);
    }
  }

  /** The number of the actor; `undefined` if it has none. */
  actor(member: MemberId, incarnation: number): number | undefined {
    return this.names.numberOf(actorOf(member, incarnation));
  }
}

/** State while one message is read. */
export class ReadingContext {
  private bytes = 0;
  /** The bit that the last name carried. */
  bit: 0 | 1 = 0;

  /** @param limit the most bytes of JSON that the lists of a message may stand for, so that small messages stay small in memory */
  constructor(
    readonly reader: PbfReader,
    readonly names: HeardNames,
    private readonly deps: { readonly route: Route; readonly limit: number },
  ) {}

  get route(): Route {
    return this.deps.route;
  }

  /** Reads a name; sets `bit`. @throws {MalformedFrame} */
  name(end: number): string {
    const head = readNatural(this.reader);
    this.bit = head % 2 === 0 ? 0 : 1;
    return head < 2 ? textOf(readBytes(this.reader, end)) : this.names.textOf(Math.floor(head / 2) - 1);
  }

  /** Counts an item of a list. @param size its least bytes of JSON */
  count(size: number): void {
    this.bytes += size;
    if (this.bytes > this.deps.limit)
      throw new MalformedFrame(`it has lists of more than ${this.deps.limit} bytes of JSON`);
  }
}
