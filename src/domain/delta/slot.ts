/**
 * A place in each `Peer` for the state that one service keeps about that member. It ends with the session, and when the
 * member leaves, so no service has a table of members of its own to keep in step.
 */
export class Slot<State> {
  /** Where the state lies in `Slots`: an array is read faster than a map, and the batcher reads for each value and peer. */
  readonly index = nextIndex++;

  /**
   * @param create the state of a member that the service knows nothing of yet
   * @param dispose stops what the state holds, such as a timer
   */
  constructor(
    readonly create: () => State,
    readonly dispose: (state: State) => void = () => {},
  ) {}
}

let nextIndex = 0;

interface Filled {
  readonly slot: Slot<unknown>;
  readonly state: unknown;
}

/** The filled slots of one peer. */
export class Slots {
  private readonly filled: (Filled | undefined)[] = [];

  /** The state in the slot, which is created if there is none. */
  of<State>(slot: Slot<State>): State {
    const filled = this.filled[slot.index];
    return filled === undefined ? this.set(slot, slot.create()) : (filled.state as State);
  }

  /** The state in the slot; `undefined` if there is none. */
  find<State>(slot: Slot<State>): State | undefined {
    return this.filled[slot.index]?.state as State | undefined;
  }

  /** Replaces the state in the slot, which is not disposed of; returns the new one. */
  set<State>(slot: Slot<State>, state: State): State {
    this.filled[slot.index] = { slot: slot as Slot<unknown>, state };
    return state;
  }

  /** Disposes of the state in the slot. */
  clear<State>(slot: Slot<State>): void {
    const filled = this.filled[slot.index];
    this.filled[slot.index] = undefined;
    if (filled !== undefined) slot.dispose(filled.state as State);
  }

  /** Disposes of the states in all slots. */
  clearAll(): void {
    for (const filled of this.filled) if (filled !== undefined) this.clear(filled.slot);
  }
}
