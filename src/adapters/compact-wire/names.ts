import type { PbfReader, PbfWriter } from "pbf";
import { isWellFormed, readBytes, readNatural, textOf, writeText } from "./primitives.js";
import { MalformedFrame } from "./problems.js";

/** The most names of a dictionary: its memory is bounded, however many incarnations a member outlives. Further names are written out. */
const MOST_NAMES = 4096;
/** The most bytes of UTF-8 of a name in a dictionary. */
const LONGEST_NAME = 1024;
/** Bytes of definitions after which the next frame begins. */
const FRAME_SIZE = 8 * 1024;

const ACTOR = /^(.*)@(0|[1-9]\d{0,15})$/su;

/** A name in a dictionary. An actor consists of a member's name, given by its number, and an incarnation. */
interface Definition {
  readonly text: string;
  readonly member?: number;
  readonly incarnation?: number;
}

/** The sender's side of a dictionary: gives each id and each actor a number, in the order of their first use. */
export class SentNames {
  private readonly numbers = new Map<string, number>();
  private readonly definitions: Definition[] = [];

  /** Number of names. */
  get size(): number {
    return this.definitions.length;
  }

  /** Returns the number of the name, a new one if need be; `undefined` if the name has to be written out. */
  numberOf(text: string): number | undefined {
    return this.numbers.get(text) ?? this.define(text);
  }

  /** Writes definitions from the number `first` on, as the content of one frame. Returns the number after the last one written. */
  write(writer: PbfWriter, first: number): number {
    const start = writer.pos;
    writer.writeVarint(first);
    let next = first;
    for (; next < this.size && writer.pos - start < FRAME_SIZE; next++) {
      const { text, member, incarnation } = this.definitions[next] as Definition;
      writer.writeVarint(member === undefined ? 0 : member + 1);
      if (incarnation === undefined) writeText(writer, text);
      else writer.writeVarint(incarnation);
    }
    return next;
  }

  private define(text: string): number | undefined {
    const [, id, digits] = ACTOR.exec(text) ?? [];
    const incarnation = Number(digits);
    const member = id !== undefined && Number.isSafeInteger(incarnation) ? this.numberOf(id) : undefined;
    const length = Buffer.byteLength(text);
    if (this.size >= MOST_NAMES || length > LONGEST_NAME || !isWellFormed(text, length)) return undefined;
    this.numbers.set(text, this.size);
    return this.definitions.push(member === undefined ? { text } : { text, member, incarnation }) - 1;
  }
}

/** The receiver's side of a dictionary. */
export class HeardNames {
  private readonly definitions: Definition[] = [];

  /**
   * Reads the content of a frame with definitions.
   * @throws {MalformedFrame} if it is invalid, or does not continue the dictionary; later numbers would be wrong then
   */
  read(reader: PbfReader): void {
    const first = readNatural(reader);
    if (first !== this.definitions.length)
      throw new MalformedFrame(`its names begin at ${first} instead of ${this.definitions.length}`);
    while (reader.pos < reader.length) {
      if (this.definitions.length >= MOST_NAMES) throw new MalformedFrame(`it defines more than ${MOST_NAMES} names`);
      this.definitions.push(this.definition(reader));
    }
  }

  /** @throws {MalformedFrame} if there is no such name */
  textOf(number: number): string {
    return this.get(number).text;
  }

  /**
   * Returns the incarnation of an actor of the member `id`.
   * @throws {MalformedFrame} if the name is no actor of it
   */
  incarnationOf(id: string, number: number): number {
    const { text, member, incarnation } = this.get(number);
    if (member === undefined || incarnation === undefined || this.definitions[member]?.text !== id)
      throw new MalformedFrame(`the name ${number}, ${JSON.stringify(text.slice(0, 80))}, is no incarnation of ${id}`);
    return incarnation;
  }

  private get(number: number): Definition {
    const definition = this.definitions[number];
    if (definition === undefined) throw new MalformedFrame(`the name ${number} is not defined`);
    return definition;
  }

  private definition(reader: PbfReader): Definition {
    const head = readNatural(reader);
    if (head === 0) {
      const bytes = readBytes(reader, reader.length);
      if (bytes.length > LONGEST_NAME) throw new MalformedFrame(`it defines a name of ${bytes.length} bytes`);
      return { text: textOf(bytes) };
    }
    const member = head - 1;
    const incarnation = readNatural(reader);
    return { text: `${this.textOf(member)}@${incarnation}`, member, incarnation };
  }
}
