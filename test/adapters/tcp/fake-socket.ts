import { EventEmitter } from "node:events";
import type { Socket } from "../../../src/adapters/tcp/sockets/socket.js";

/** A socket whose events the test emits. It keeps what is written to it; without an address it stands for a closed one. */
export class FakeSocket extends EventEmitter implements Socket {
  readonly written: string[] = [];
  readonly settings: unknown[] = [];
  writable = true;
  readonly writableLength = 0;
  isDestroyed = false;
  private isFlowing = false;

  constructor(
    readonly remoteAddress?: string,
    readonly remotePort?: number,
  ) {
    super();
  }

  write(bytes: Buffer | string): boolean {
    this.written.push(String(bytes));
    return true;
  }

  end(): void {
    this.writable = false;
  }

  destroy(): void {
    this.writable = false;
    this.isDestroyed = true;
  }

  pause(): void {
    this.isFlowing = false;
  }

  resume(): void {
    this.isFlowing = true;
  }

  isPaused(): boolean {
    return !this.isFlowing;
  }

  unshift(): void {}

  setNoDelay(isOn: boolean): void {
    this.settings.push({ noDelay: isOn });
  }

  setKeepAlive(isOn: boolean, idleTime: number): void {
    this.settings.push({ keepAlive: isOn, idleTime });
  }
}
