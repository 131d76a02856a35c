/** Where a node tells its operator what went wrong; never part of the protocol. */
export interface Log {
  /** Writes one line. Line breaks inside `text` are made visible, and a long text is cut, so that it stays one line. */
  line(text: string): void;
}
