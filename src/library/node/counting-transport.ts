import type { MessageListener, Transport } from "../../domain/ports/transport.js";

/** A transport that counts what goes through it. */
export class CountingTransport implements Transport {
  sentMessages = 0;
  sentBytes = 0;
  receivedMessages = 0;

  constructor(private readonly inner: Transport) {}

  get maxMessageBytes(): number {
    return this.inner.maxMessageBytes;
  }

  send(to: string, body: object): void {
    this.sentMessages++;
    this.sentBytes += Buffer.byteLength(JSON.stringify(body));
    this.inner.send(to, body);
  }

  onMessage(listener: MessageListener): void {
    this.inner.onMessage((from, body, notes) => {
      this.receivedMessages++;
      listener(from, body, notes);
    });
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
