import { type Pin, PinBuilder } from "./pin.js";

/** The pins of a scenario: of what happened, and of the words that people read. */
export interface Pinned {
  readonly events: Pin;
  readonly words: Pin;
}

/**
 * What happens in a scenario, a line each, and its pins. Times are in ms of the scenario's clock. The words that people read
 * are kept apart: they may change where nothing else does.
 */
export class Conversation {
  /** The time, in ms; the scenario brings its clock. */
  now: () => number = () => 0;
  /** Messages, in full, and what clients and applications were told, without its words. */
  private readonly events = new PinBuilder();
  /** Lines for operators, and the words of errors. */
  private readonly words = new PinBuilder();

  /** @param listener given each line, and what it is */
  constructor(private readonly listener: (line: string, kind: keyof Pinned) => void = () => {}) {}

  /** The pins of all that has happened so far. */
  pinned(): Pinned {
    return { events: this.events.pin(), words: { ...this.words.pin(), marks: "" } };
  }

  message(from: string, to: string, body: object): void {
    this.note("events", `${from} -> ${to} ${JSON.stringify(body)}`);
  }

  /** @param what JSON without words for people: types, codes, values */
  told(member: string, what: object): void {
    this.note("events", `${member} tells ${JSON.stringify(what)}`);
  }

  line(member: string, text: string): void {
    this.note("words", `${member} ${text}`);
  }

  private note(kind: keyof Pinned, text: string): void {
    const line = `${this.now().toFixed(3)} ${text}`;
    this[kind].add(line);
    this.listener(line, kind);
  }
}
