import type { Delivery, Printed } from "./message.js";

/** How a node exited. */
export interface NodeExit {
  /** A clause about the node: "exited with code 1", "was ended by signal SIGSEGV", "could not be started: …". */
  readonly reason: string;
  /** Its stderr as far as it explains the exit: the beginning of a stack trace, and the last lines. */
  readonly lastWords: readonly string[];
  /** The line among these that names the cause; absent if there is none. */
  readonly cause?: string;
  /** A clause that says why the machine could not run the node, and what to do; absent if the node is to blame. */
  readonly machineFault?: string;
}

/** Output of a node in its present life. */
export interface OutputState {
  /** Bytes on stdout. */
  readonly bytes: number;
  /** Bytes on stdout since the last line break. */
  readonly unfinished: number;
  /** Whether it has closed its stdout. */
  readonly closed: boolean;
  /** Whether it has closed its stdin. */
  readonly stopsReading: boolean;
  /** Its stderr, as in `NodeExit`. */
  readonly lastWords: readonly string[];
}

/** Events of one node, reported by its host in the order in which they happened. */
export interface NodeEvents {
  /** The node printed a line of JSON; the bench decides whether it is a message. */
  printed(printed: Printed): void;
  /** The node printed a line that is not JSON. `problem` is the reason. */
  rubbish(line: string, bytes: number, problem: string): void;
  /** Does work caused by the node's output: reading it, and all that follows. Lateness because of it excuses no node. */
  handleOutput(work: () => void): void;
  /** The node takes deliveries again, after `deliver` returned false. */
  writable(): void;
  /** The node has exited without having been stopped. */
  ended(exit: NodeExit): void;
}

/** One running node. */
export interface NodeHandle {
  /**
   * Hands over one message, in order. False means that the node is not reading: this message is accepted, but the next
   * one has to wait for `writable`.
   */
  deliver(delivery: Delivery): boolean;
  /** Returns the output so far; absent for a host whose nodes print no bytes. */
  output?(): OutputState;
  /** Ends the node; it reports no events afterwards. */
  stop(): void;
  /**
   * Ends the node at once, as if its machine had failed; it reports no events afterwards, unless it had already exited.
   * Calls `gone` once nothing is left of it, so that its next life can begin.
   */
  kill(gone: () => void): void;
  /** Pauses the node until `resume`: it neither reads nor prints, and its time passes. */
  pause(): void;
  /** Resumes the node. */
  resume(): void;
}

/** Starts nodes, as processes or inside this one. The bench does not know where they run. */
export interface NodeHost {
  /** Begins a life of the node; a killed node can be started again once it is gone. */
  start(nodeId: string, events: NodeEvents): NodeHandle;
}
