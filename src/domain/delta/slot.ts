/** All slots, by their index. The modules of the services create them before there is a peer. */
const ALL: Slot<unknown>[] = [];

/**
 * A place in each `Peer` for the state that one service keeps about that member. It ends with the session, and when the
 * member leaves, so no service has a table of members of its own to keep in step. `undefined` stands for no state.
 */
export class Slot<State> {
  /** Where the state lies in `Slots`: an array is read faster than a map, and the batcher reads for each value and peer. */
  readonly index = ALL.length;

  /**
   * @param create the state of a member that the service knows nothing of yet
   * @param dispose stops what the state holds, such as a timer
   */
  constructor(
    readonly create: () => State,
    readonly dispose: (state: State) => void = () => {},
  ) {
    ALL.push(this as Slot<unknown>);
  }
}

/** Of the peers that no service has a state of, which are most of them in a large cluster. */
const NO_STATES: unknown[] = [];

/** The states of the services about one peer. */
export class Slots {
  /** The state of each slot. */
  private states = NO_STATES;

  /** Whether no service has a state. */
  get isEmpty(): boolean {
    return this.states === NO_STATES;
  }

  /** The state in the slot, which is created if there is none. */
  of<State>(slot: Slot<State>): State {
    return this.find(slot) ?? this.set(slot, slot.create());
  }

  /** The state in the slot; `undefined` if there is none. */
  find<State>(slot: Slot<State>): State | undefined {
    return this.states[slot.index] as State | undefined;
  }

  /** Replaces the state in the slot, which is not disposed of; returns the new one. */
  set<State>(slot: Slot<State>, state: State): State {
    // Created in its full length: an array that grows takes three times the memory.
    if (this.states === NO_STATES) this.states = new Array<unknown>(ALL.length);
    this.states[slot.index] = state;
    return state;
  }

  /** Disposes of the state in the slot. */
  clear<State>(slot: Slot<State>): void {
    const state = this.find(slot);
    if (state === undefined) return;
    this.states[slot.index] = undefined;
    if (this.states.every((other) => other === undefined)) this.states = NO_STATES;
    slot.dispose(state);
  }

  /** Disposes of the states in all slots. */
  clearAll(): void {
    for (const slot of ALL) this.clear(slot);
  }
}
