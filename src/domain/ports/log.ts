/** The operator's log of a node; not part of the protocol. */
export interface Log {
  /** Writes one line. Line breaks inside `text` are escaped, and a long text is cut. */
  line(text: string): void;
}
