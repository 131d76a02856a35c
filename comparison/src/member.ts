/** Where the members of one run find what they need. */
export interface Surroundings {
  /** This member's index, from 0. */
  readonly index: number;
  /** How many members there are. */
  readonly size: number;
  /** For each member a port on loopback that nobody else uses. */
  readonly ports: readonly number[];
  /** `host:port` of the server of this run; empty without one. */
  readonly server: string;
}

/** One node of a system under comparison. */
export interface Member {
  /** Where others reach it, if they have to be told. */
  readonly address?: string;
  /** Connects to the others, by their addresses; resolves once this member is ready to broadcast. */
  connect(addresses: readonly string[]): Promise<void>;
  broadcast(value: string): void;
  /** How many messages of other nodes have arrived, of whatever kind: acknowledgements and control messages count. */
  received(): number;
}

/** Starts a member. `deliver` is to be called with each value that arrives, its own included or not, again and again or once. */
export type StartMember = (surroundings: Surroundings, deliver: (value: string) => void) => Promise<Member>;
