import type { FakeClock } from "../../../../adapters/fake-clock/fake-clock.js";
import type { CancelTask } from "../../../../domain/ports/clock.js";
import type { Random } from "../../../../domain/ports/random.js";
import { between } from "../../chance.js";
import type { NetworkModel } from "./network-model.js";
import type { Path } from "./paths.js";

/** A piece of a stream on its way. */
type Segment = Buffer | "end";

interface StreamListener {
  /** The path of the segments at the moment, and that of what comes back. */
  readonly path: () => Path;
  readonly pathBack: () => Path;
  /** Bytes have arrived, or the end of the stream. */
  readonly arrived: (segment: Segment) => void;
  /** The sender's system has room again. */
  readonly hasRoom: () => void;
  /** The receiver was silent for too long. */
  readonly gaveUp: () => void;
}

interface StreamDeps {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly model: NetworkModel;
  readonly tally: (what: string) => void;
}

/** First pause before a segment is sent again; it doubles up to the longest. As on Linux, in ms. */
const FIRST_AGAIN = 200;
const LONGEST_AGAIN = 120_000;
/** Number of later segments that show the loss of one, without a wait (RFC 5681). */
const SEEN_BY = 3;

/** One direction of a connection: bytes in order, cut into segments, within the sender's buffer and the receiver's window. */
export class Stream {
  /** Bytes that the sender's system holds and has not sent, with the end as the last item. */
  private readonly waiting: Segment[] = [];
  private waitingBytes = 0;
  /** Segments on their way. */
  private readonly flight: { readonly segment: Segment; readonly due: number }[] = [];
  /** Bytes sent that the receiving process has not read, as far as the sender knows. */
  private unread = 0;
  private lastDue = 0;
  private cancel: CancelTask | undefined;
  private again = FIRST_AGAIN;
  private failingSince: number | undefined;
  private isOver = false;

  constructor(
    private readonly deps: StreamDeps,
    private readonly listener: StreamListener,
  ) {}

  /** Whether anything is on its way, or waits for its turn. */
  get isBusy(): boolean {
    return this.flight.length > 0 || this.waiting.length > 0;
  }

  /** Takes bytes from the sending process; returns how many. */
  take(bytes: Buffer): number {
    const taken = bytes.subarray(0, Math.max(0, this.room));
    if (this.isOver || taken.length === 0) return 0;
    this.waiting.push(taken);
    this.waitingBytes += taken.length;
    this.send();
    return taken.length;
  }

  /** Nothing follows. */
  end(): void {
    if (this.isOver) return;
    this.waiting.push("end");
    this.send();
  }

  /** Stops at once. */
  abandon(): void {
    this.isOver = true;
    this.cancel?.();
    this.waiting.length = 0;
    this.flight.length = 0;
  }

  /** The receiving process has read this many bytes. The sender learns of it after a while, unless the way back is cut. */
  read(bytes: number): void {
    const { clock } = this.deps;
    const tell = (pause: number) => {
      clock.schedule(pause, () => {
        if (this.isOver) return;
        const path = this.listener.pathBack();
        if (path.state === "held") tell(path.until - clock.now());
        else if (path.state === "cut") tell(Math.min(LONGEST_AGAIN, Math.max(FIRST_AGAIN, 2 * pause)));
        else {
          this.unread -= bytes;
          this.send();
          // As on Linux.
          if (3 * this.room >= this.deps.model.sendBuffer) this.listener.hasRoom();
        }
      });
    };
    tell(this.travel());
  }

  /** Bytes that the sender's system can take. */
  private get room(): number {
    return this.deps.model.sendBuffer - this.waitingBytes - this.unread;
  }

  private send(): void {
    const { clock } = this.deps;
    for (;;) {
      const [next] = this.waiting;
      if (next === undefined) break;
      const room = this.deps.model.window - this.unread;
      // A system waits for room that is worth a segment (RFC 9293, 3.8.6.2).
      if (next !== "end" && room < Math.min(next.length, this.deps.model.segment, this.deps.model.window / 2)) {
        this.deps.tally("full windows");
        break;
      }
      const segment = next === "end" ? this.cutEnd() : this.cut(next, room);
      const due = Math.max(this.lastDue, clock.now() + this.travel());
      this.lastDue = due;
      this.flight.push({ segment, due });
    }
    if (this.cancel === undefined) this.awaitNext();
  }

  /** Takes a piece of any size off the first bytes that wait. */
  private cut(bytes: Buffer, room: number): Buffer {
    const { random, model, tally } = this.deps;
    const most = Math.min(bytes.length, room, model.segment);
    const length = random.next() < 0.5 ? most : between(random, 1, most);
    if (length === bytes.length) this.waiting.shift();
    else {
      this.waiting[0] = bytes.subarray(length);
      tally("cut writes");
    }
    this.waitingBytes -= length;
    this.unread += length;
    return bytes.subarray(0, length);
  }

  private cutEnd(): Segment {
    this.waiting.shift();
    return "end";
  }

  private awaitNext(): void {
    const [next] = this.flight;
    this.cancel = next && this.deps.clock.schedule(next.due - this.deps.clock.now(), () => this.arrive());
  }

  private arrive(): void {
    const { clock, model, random } = this.deps;
    const path = this.listener.path();
    const retry = (pause: number) => {
      this.cancel = clock.schedule(pause, () => this.arrive());
    };
    if (path.state === "held") {
      this.deps.tally("held segments");
      retry(path.until - clock.now());
      return;
    }
    const isLost = path.state === "cut" || random.next() * 1000 < model.loss;
    if (isLost) {
      this.deps.tally("lost segments");
      this.failingSince ??= clock.now();
      const isHopeless = clock.now() - this.failingSince >= model.giveUp;
      // The segments after a lost one show the loss after a round trip.
      const isSeen = path.state === "open" && this.flight.length > SEEN_BY;
      if (isHopeless) this.listener.gaveUp();
      else retry(isSeen ? 2 * model.latency : this.again);
      if (!isSeen) this.again = Math.min(LONGEST_AGAIN, 2 * this.again);
      return;
    }
    this.failingSince = undefined;
    this.again = FIRST_AGAIN;
    this.cancel = undefined;
    const next = this.flight.shift();
    this.awaitNext();
    if (next !== undefined) this.listener.arrived(next.segment);
  }

  private travel(): number {
    return this.deps.model.latency * (0.5 + this.deps.random.next() / 2);
  }
}
