import type { Delivery, Printed } from "./message.js";

/** How a node came to its end. */
export interface NodeExit {
  /** A clause about the node: "exited with code 1", "was ended by signal SIGSEGV", "could not be started: …". */
  readonly reason: string;
  /** What it wrote to stderr, as far as it tells why: the beginning of a stack trace, and the last lines. */
  readonly lastWords: readonly string[];
  /** The one line of these that names the cause; absent if there is none. */
  readonly cause?: string;
  /** Why the machine could not run it, and what to do, when the node is not to blame; a clause. */
  readonly machineFault?: string;
}

/** What a node has printed in its present life. */
export interface OutputState {
  /** Bytes on stdout. */
  readonly bytes: number;
  /** Bytes on stdout since the last line break. */
  readonly unfinished: number;
  /** Whether it has closed its stdout. */
  readonly closed: boolean;
  /** Whether it has closed its stdin. */
  readonly stopsReading: boolean;
  /** What it wrote to stderr, as in `NodeExit`. */
  readonly lastWords: readonly string[];
}

/** What a host tells the bench about one node. Calls come in the order in which things happened. */
export interface NodeEvents {
  /** The node printed a line that is JSON; whether it is a message is for the bench to judge. */
  printed(printed: Printed): void;
  /** The node printed a line that is not JSON. `problem` says why. */
  rubbish(line: string, bytes: number, problem: string): void;
  /** Does work that the node's output causes: reading it, and whatever follows. Being late because of it excuses no node. */
  handleOutput(work: () => void): void;
  /** The node takes deliveries again, after `deliver` returned false. */
  writable(): void;
  /** The node has ended without having been stopped. */
  ended(exit: NodeExit): void;
}

/** One running node. */
export interface NodeHandle {
  /**
   * Hands over one message, in order. False means that the node is not reading: the message is accepted, but the next
   * one has to wait for `writable`.
   */
  deliver(delivery: Delivery): boolean;
  /** What it has printed; a host whose nodes print no bytes has no such method. */
  output?(): OutputState;
  /** Ends the node; no event comes from it afterwards. */
  stop(): void;
  /**
   * Ends the node at once, as though its machine had failed; no event comes from it afterwards, unless it had ended by
   * itself before. `gone` is called once nothing is left of it, so that its next life can begin.
   */
  kill(gone: () => void): void;
  /** Lets the node stand still: it neither reads nor prints, and its time passes, until `resume`. */
  pause(): void;
  /** Lets the node go on. */
  resume(): void;
}

/** Starts nodes: as processes, or inside this one. The bench knows nothing else about where they run. */
export interface NodeHost {
  /** Begins a life of the node; a node that was killed can be started again once it is gone. */
  start(nodeId: string, events: NodeEvents): NodeHandle;
}
