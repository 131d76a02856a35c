import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { NatsConnection } from "@nats-io/transport-node";
import * as v from "valibot";
import { idInUse } from "../../application/log-events.js";
import type { Log } from "../../domain/ports/log.js";
import type { MemberId } from "../../domain/ports/transport.js";
import type { Departures } from "./departures.js";
import type { Subjects } from "./subjects.js";

/** Interval at which a node looks for others with its id, in ms: parts of a server cluster may be reunited. */
const INTERVAL = 30_000;
/** At most one such process per this many ms is logged; the others follow when they are asked again. */
const PAUSE = 1000;
/** Number of logged processes that are remembered. */
const MOST_KNOWN = 1000;

/** `id_hello` asks every process with this id to answer; `id_here` is the answer. */
const schema = v.object({ type: v.picklist(["id_hello", "id_here"]), life: v.string(), process: v.string() });
type Word = v.InferOutput<typeof schema>;

/** Identifies this process in log lines: its number, its machine, and its address as the server sees it, if known. */
export function describeProcess({ info }: NatsConnection): string {
  const client = info === undefined ? "" : ` at ${info.client_ip} (NATS client ${info.client_id})`;
  return `process ${process.pid}${client} on ${hostname()}`;
}

interface NamesakesDeps {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  readonly departures: Departures;
  readonly log: Log;
}

/**
 * Finds other processes with this node's id. Both receive the messages to that id, so each hears the other's messages to
 * itself. Needs no permission beyond those of any member.
 */
export class Namesakes {
  private readonly life = randomUUID();
  /** The lives that were logged. */
  private readonly told = new Set<string>();
  private lastTold = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: NamesakesDeps,
    private readonly id: MemberId,
  ) {}

  /** Asks now, and then every 30 s. */
  start(): void {
    this.say("id_hello");
    this.timer = setInterval(() => this.say("id_hello"), INTERVAL);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Handles a message to this node's own id; false if it is of another kind. */
  receive(body: unknown): boolean {
    const result = v.safeParse(schema, body);
    if (!result.success) return false;
    const { type, life, process } = result.output;
    if (life === this.life) return true;
    if (type === "id_hello") this.say("id_here");
    this.tell(life, process);
    return true;
  }

  private tell(life: string, process: string): void {
    const now = performance.now();
    if (this.told.has(life) || now - this.lastTold < PAUSE) return;
    this.lastTold = now;
    if (this.told.size >= MOST_KNOWN) this.told.clear();
    this.told.add(life);
    this.deps.log.event(idInUse({ id: this.id, process, ownProcess: describeProcess(this.deps.connection) }));
  }

  private say(type: Word["type"]): void {
    const word: Word = { type, life: this.life, process: describeProcess(this.deps.connection) };
    this.deps.departures.publishAside(
      this.deps.subjects.message(this.id, this.id),
      new TextEncoder().encode(JSON.stringify(word)),
    );
  }
}
