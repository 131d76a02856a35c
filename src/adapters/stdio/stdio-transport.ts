import type { Readable, Writable } from "node:stream";
import { findInexactNumber } from "../../application/wire/exact-numbers.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId, MessageListener, Transport } from "../../domain/ports/transport.js";
import { type Envelope, parseEnvelope, parseEnvelopeText } from "../json-lines/envelope.js";
import { LineReader } from "../json-lines/line-reader.js";
import { LineWriter } from "../json-lines/line-writer.js";
import { GatheredOutput } from "./gathered-output.js";
import { inputFailed, inputInvalid, outputFailed, outputTooLarge } from "./log-events.js";

const MEBIBYTE = 1024 * 1024;

/** The most bytes of an input line; a longer one is dropped. */
const LONGEST_LINE = 16 * MEBIBYTE;

/** The most characters of a dropped line in the log. */
const LOGGED = 400;

/** Characters and bytes of output gathered before a write, within one turn of the event loop. */
const WRITE_SIZE = MEBIBYTE;

/**
 * When this much output waits for a slow reader, input waits too, so that memory stays bounded. The limit is generous,
 * because a peer that writes everything before it reads would otherwise block forever.
 */
const MOST_WAITING_OUTPUT = 64 * MEBIBYTE;

/**
 * Maelstrom's transport: one JSON message per line, received on `input`, sent on `output`. A line that is not a message for this
 * node is dropped with one log line.
 */
export class StdioTransport implements Transport {
  /** Well below the longest line that another node accepts, and enough for a value of 10 MB. */
  readonly maxMessageBytes = 12 * MEBIBYTE;

  /** Resolves once all messages are delivered and no more will come: the input has ended, or the output was closed. */
  readonly ended: Promise<void>;

  private end: () => void = () => {};
  private listener: MessageListener | undefined;
  /** This node's id. Until it is known for certain, the receiver of the last message. */
  private self = "";
  private identified = false;
  private readonly outgoing = new GatheredOutput();
  private readonly writer = new LineWriter();
  private flushIsDue = false;
  private closed = false;
  private readonly reader: LineReader;

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    private readonly log: Log,
  ) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.reader = new LineReader(LONGEST_LINE, {
      line: (bytes) => this.deliver(parseEnvelope(bytes), bytes.toString("utf8")),
      text: (line) => this.deliver(parseEnvelopeText(line), line),
      tooLong: (start) => this.drop(start.toString("utf8", 0, LOGGED), `it is longer than ${LONGEST_LINE} bytes`),
    });
    output.on("error", (error: NodeJS.ErrnoException) => {
      // A harness closes the pipe when it has finished.
      if (error.code !== "EPIPE") this.log.event(outputFailed({ reason: error.message }));
      this.stopReading();
      this.end();
    });
  }

  /** Sets the sender of all messages; messages for another id are dropped from now on. */
  identify(self: MemberId): void {
    this.self = self;
    this.identified = true;
  }

  /** Starts to read: earlier messages wait in the input. */
  onMessage(listener: MessageListener): void {
    const isFirst = this.listener === undefined;
    this.listener = listener;
    if (!isFirst) return;
    this.input.on("data", (chunk: Buffer) => this.reader.push(chunk));
    this.input.once("end", () => {
      this.reader.end();
      this.end();
    });
    this.input.once("error", (error) => {
      this.log.event(inputFailed({ reason: error.message }));
      this.end();
    });
  }

  send(to: string, body: object): void {
    if (this.closed) return;
    try {
      for (const piece of this.writer.piecesOf(this.self, to, body)) this.outgoing.add(piece);
    } catch (error) {
      // A JavaScript string holds at most half a gigabyte.
      this.log.event(outputTooLarge({ to, reason: String(error) }));
      return;
    }
    if (this.outgoing.size >= WRITE_SIZE) this.flush();
    else if (!this.flushIsDue) {
      this.flushIsDue = true;
      process.nextTick(() => this.flush());
    }
  }

  async close(): Promise<void> {
    this.flush();
    this.closed = true;
    this.stopReading();
    // Writes finish in order, and this one also if the output has failed.
    await new Promise<void>((resolve) => this.output.write("", () => resolve()));
  }

  private deliver(parsed: Envelope | string, line: string): void {
    if (this.closed) return;
    if (typeof parsed === "string") {
      if (!isBlank(line)) this.drop(line, parsed);
      return;
    }
    if (!this.identified) this.self = parsed.dest;
    if (parsed.dest === this.self)
      this.listener?.(parsed.src, parsed.body, { inexactNumber: () => findInexactNumber(line) });
    else this.drop(line, `its dest is not this node, ${this.self}`);
  }

  private drop(line: string, reason: string): void {
    this.log.event(inputInvalid({ reason, line: line.slice(0, LOGGED) }));
  }

  private flush(): void {
    this.flushIsDue = false;
    if (this.outgoing.size === 0) return;
    this.output.cork();
    for (const piece of this.outgoing.take()) this.output.write(piece);
    this.output.uncork();
    if (this.output.writableLength > MOST_WAITING_OUTPUT && !this.input.isPaused()) {
      this.input.pause();
      this.output.once("drain", () => this.input.resume());
    }
  }

  private stopReading(): void {
    this.closed = true;
    this.input.destroy();
  }
}

/** Spaces, tabs and carriage returns only. */
function isBlank(line: string): boolean {
  return /^[ \t\r]*$/.test(line);
}
