import type { MemberId, MessageListener, Transport } from "../domain/ports/transport.js";
import { type JsonValue, jsonSizeBound } from "../domain/values/json-value.js";
import { perObject } from "../domain/values/per-object.js";
import { cutIntoParts } from "./wire/parts.js";
import { isLargerThan } from "./wire/value-size.js";

/**
 * Divides messages that are too large for the transport below: a node's knowledge of hundreds of authors does not fit into a
 * small message. The receiving node reassembles them.
 */
export class DividingTransport implements Transport {
  private divided = 0;

  /** @param life unique name of this life of this node */
  constructor(
    private readonly inner: Transport,
    private readonly life: string | number,
  ) {}

  get maxMessageBytes(): number {
    return this.inner.maxMessageBytes;
  }

  send(to: MemberId, body: object): void {
    const { maxMessageBytes } = this.inner;
    if (sizeBound(body) <= maxMessageBytes || !isLargerThan(maxMessageBytes, body as JsonValue))
      this.inner.send(to, body);
    else
      for (const part of cutIntoParts(JSON.stringify(body), maxMessageBytes, `${this.life}.${++this.divided}`))
        this.inner.send(to, part);
  }

  onMessage(listener: MessageListener): void {
    this.inner.onMessage(listener);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

/** Shorter lists are measured anew each time. */
const LONG_LIST = 16;

/** Messages to many members share their lists, so each long list is measured once. */
const sizeOfLong = perObject((list: JsonValue[]) => jsonSizeBound(list));

/** An upper bound of the size of a body's JSON, in bytes. */
function sizeBound(body: object): number {
  let bytes = 2;
  for (const [key, value] of Object.entries(body)) {
    const isLong = Array.isArray(value) && value.length >= LONG_LIST;
    bytes += jsonSizeBound(key) + 2 + (isLong ? sizeOfLong(value) : jsonSizeBound(value));
  }
  return bytes;
}
