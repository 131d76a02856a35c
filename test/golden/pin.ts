import { createHash } from "node:crypto";

/** So many lines share a mark. */
const STRIDE = 50;
const MARK_LENGTH = 4;
const HASH_LENGTH = 16;

/** A fingerprint of lines that tells where other lines begin to differ. */
export interface Pin {
  readonly count: number;
  /** Of all lines. */
  readonly hash: string;
  /** For every 50 lines, a short hash of all lines so far, one after the other. */
  readonly marks: string;
}

/** Numbers of lines, from 1, both included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Takes lines and makes their pin. */
export class PinBuilder {
  private readonly hash = createHash("sha256");
  private count = 0;
  private marks = "";

  add(line: string): void {
    this.hash.update(`${line}\n`);
    if (++this.count % STRIDE === 0) this.marks += this.digest().slice(0, MARK_LENGTH);
  }

  pin(): Pin {
    return { count: this.count, hash: this.digest().slice(0, HASH_LENGTH), marks: this.marks };
  }

  private digest(): string {
    return this.hash.copy().digest("base64url");
  }
}

/** Among which lines the first one is that differs from what was pinned; `undefined` if none does. */
export function firstDifference(pinned: Pin, actual: Pin): Range | undefined {
  if (pinned.count === actual.count && pinned.hash === actual.hash && pinned.marks === actual.marks) return undefined;
  const shared = Math.min(pinned.marks.length, actual.marks.length);
  const markAt = ({ marks }: Pin, index: number) => marks.slice(index, index + MARK_LENGTH);
  let same = 0;
  while (same < shared && markAt(pinned, same) === markAt(actual, same)) same += MARK_LENGTH;
  const first = (same / MARK_LENGTH) * STRIDE + 1;
  return { first, last: first + STRIDE - 1 };
}

/** A file of pins, a line for each scenario: its name, the number of lines, the hash, and the marks if there are any. */
export function writePins(pins: ReadonlyMap<string, Pin>): string {
  return [...pins].map(([name, { count, hash, marks }]) => `${name} ${count} ${hash} ${marks}`.trimEnd()).join("\n");
}

export function readPins(text: string): Map<string, Pin> {
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", count, hash = "", marks = ""] = line.split(" ");
        return [name, { count: Number(count), hash, marks }];
      }),
  );
}
