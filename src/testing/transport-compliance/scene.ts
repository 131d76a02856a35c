import { type MemberId, SMALLEST_MESSAGE_LIMIT, type Transport } from "../../domain/ports/transport.js";
import type { TransportHarness } from "./harness.js";

/** A transport breaks a promise. The message names it, and describes what happened instead. */
export class ComplianceFailure extends Error {
  override readonly name = "ComplianceFailure";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_COMPLIANCE_FAILURE";
}

/** @throws {ComplianceFailure} with `failure`, unless the condition holds */
export function ensure(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new ComplianceFailure(failure);
}

/** @throws {ComplianceFailure} if the transport's messages are too small for nodes */
export function limitOf({ transport }: Station): number {
  const limit = transport.maxMessageBytes;
  ensure(
    Number.isSafeInteger(limit) && limit >= SMALLEST_MESSAGE_LIMIT,
    `maxMessageBytes must be a whole number of bytes from ${SMALLEST_MESSAGE_LIMIT}, as createNode requires, but it is ${limit}`,
  );
  return limit;
}

/** The suite's own messages: recognised by their tags, with any other content. */
export interface TaggedBody {
  readonly tag: string;
  readonly [field: string]: unknown;
}

/** One life of a member, and its deliveries. */
export interface Station {
  readonly id: MemberId;
  readonly transport: Transport;
  readonly received: { readonly from: MemberId; readonly body: unknown }[];
}

/** The members of every check; one that is not opened is absent. */
const MEMBERS: readonly MemberId[] = ["a", "b", "c"];
const DEFAULT_PATIENCE = 20_000;
const DEFAULT_WATCH = 100;
/** Interval at which a condition is checked, in ms. */
const STEP = 5;
/** Interval at which a missing message is sent again, in ms: networks may lose it. */
const SEND_AGAIN = 250;

/** The stage of one check: opens members, sends, waits, and closes everything at the end. */
export class Scene {
  private readonly stations: Station[] = [];
  private tags = 0;

  constructor(readonly harness: TransportHarness) {}

  /** Opens a member and listens to it. */
  async open(id: MemberId): Promise<Station> {
    const station = await this.openUnheard(id);
    this.listen(station);
    return station;
  }

  /** Opens a member without a listener. */
  async openUnheard(id: MemberId): Promise<Station> {
    const station = { id, transport: await this.harness.open(id, MEMBERS), received: [] };
    this.stations.push(station);
    return station;
  }

  listen({ transport, received }: Station): void {
    transport.onMessage((from, body) => received.push({ from, body }));
  }

  /** A unique body. */
  body(rest: object = {}): TaggedBody {
    return { ...rest, tag: `message-${++this.tags}` };
  }

  send(from: Station, to: MemberId, body: object): void {
    try {
      from.transport.send(to, body);
    } catch (error) {
      throw new ComplianceFailure(`send must drop a message that it cannot send, but it threw ${String(error)}`);
    }
  }

  /** Sends the body until it has arrived, because messages may get lost. */
  async deliver(from: Station, to: Station, body: TaggedBody, failure?: string): Promise<void> {
    await this.until(
      failure ?? `a message from ${from.id} to ${to.id} must arrive`,
      () => this.has(to, body),
      () => this.send(from, to.id, body),
    );
  }

  /** Checks that two members reach each other. */
  async exchange(one: Station, other: Station, when: string): Promise<void> {
    await this.deliver(one, other, this.body(), `${one.id} must reach ${other.id} ${when}`);
    await this.deliver(other, one, this.body(), `${other.id} must reach ${one.id} ${when}`);
  }

  /** The delivered body; `undefined` if it was not delivered. */
  arrived(station: Station, body: TaggedBody): Station["received"][number] | undefined {
    return station.received[this.position(station, body)];
  }

  /** Whether a body was delivered, perhaps changed. */
  has(station: Station, body: TaggedBody): boolean {
    return this.position(station, body) !== -1;
  }

  /** Index of a body among a member's deliveries, from 0; -1 if it was not delivered. */
  position({ received }: Station, { tag }: TaggedBody): number {
    return received.findIndex(({ body }) => tagOf(body) === tag);
  }

  /** @param again called at once and periodically until the condition holds */
  async until(promise: string, condition: () => boolean, again: () => void = () => {}): Promise<void> {
    const patience = this.harness.patience ?? DEFAULT_PATIENCE;
    for (let passed = 0; !condition(); passed += STEP) {
      ensure(passed < patience, `${promise}, but it did not within ${patience} ms`);
      if (passed % SEND_AGAIN === 0) again();
      await this.pass(STEP);
    }
  }

  /** Waits until messages in flight have arrived, and forbidden events would have happened. */
  async watch(): Promise<void> {
    const duration = this.harness.watch ?? DEFAULT_WATCH;
    for (let passed = 0; passed < duration; passed += STEP) await this.pass(STEP);
  }

  async close({ transport }: Station): Promise<void> {
    let closed = false;
    let failure: unknown;
    transport.close().then(
      () => {
        closed = true;
      },
      (error: unknown) => {
        closed = true;
        failure = error;
      },
    );
    await this.until("close must resolve", () => closed);
    ensure(failure === undefined, `close must resolve, but it failed with ${String(failure)}`);
  }

  async crash(station: Station): Promise<void> {
    if (this.harness.crash === undefined) await this.close(station);
    else await this.harness.crash(station.transport);
  }

  /** Closes all open members. Errors here do not concern the check. */
  async end(): Promise<void> {
    for (const station of this.stations) await this.close(station).catch(() => {});
    await this.harness.release?.();
  }

  private async pass(duration: number): Promise<void> {
    if (this.harness.pass === undefined) await new Promise((resolve) => setTimeout(resolve, duration));
    else await this.harness.pass(duration);
  }
}

function tagOf(body: unknown): unknown {
  return typeof body === "object" && body !== null && "tag" in body ? body.tag : undefined;
}
