/** Events of a socket, with their arguments. */
export interface SocketEvents {
  /** Bytes came. Only while the socket is resumed. */
  readonly data: readonly [bytes: Buffer];
  /** Everything written has left this process, after `write` had returned false. */
  readonly drain: readonly [];
  /** The connection failed; `close` follows. */
  readonly error: readonly [error: Error];
  /** Nothing more comes or leaves. Once, as the last event. */
  readonly close: readonly [];
}

type Listener<Name extends keyof SocketEvents> = (...args: SocketEvents[Name]) => void;

/**
 * One end of a connection: an ordered stream of bytes in each direction. Exactly the part of Node's `net.Socket` that the
 * transport uses, so that Node's sockets need no wrapper. Starts paused. Once the other end has sent its last byte and it was read,
 * this end finishes as well.
 */
export interface Socket {
  /** IP address of the other end; `undefined` once the socket is closed. */
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  /** False once the socket was ended or destroyed. */
  readonly writable: boolean;
  /** Bytes written that are still in this process. */
  readonly writableLength: number;
  /** Returns false if the caller should wait for `drain`. */
  write(bytes: Buffer | string): boolean;
  /** Sends the bytes and everything written before, then nothing more. Bytes may still come. */
  end(bytes: Buffer | string): unknown;
  end(): unknown;
  /** Closes the connection at once. Bytes that are still in this process are dropped. */
  destroy(error?: Error): unknown;
  /** Leaves bytes with the system, so that the other end has to wait once the system holds enough. */
  pause(): unknown;
  /** Reads what comes; without a listener for `data` it is dropped. */
  resume(): unknown;
  isPaused(): boolean;
  /** Returns bytes that were read, to be read again first. */
  unshift(bytes: Buffer): void;
  setNoDelay(isOn: boolean): unknown;
  /** @param idleTime time without traffic, in ms, after which the system probes the other end: ten times, once per second */
  setKeepAlive(isOn: boolean, idleTime: number): unknown;
  on<Name extends keyof SocketEvents>(event: Name, listener: Listener<Name>): this;
  once<Name extends keyof SocketEvents>(event: Name, listener: Listener<Name>): this;
  off<Name extends keyof SocketEvents>(event: Name, listener: Listener<Name>): this;
}
