/**
 * A place in each `Peer` for the state that one service keeps about that member. It ends with the session, and when the
 * member leaves, so no service has a table of members of its own to keep in step.
 */
export class Slot<State> {
  /**
   * @param create the state of a member that the service knows nothing of yet
   * @param dispose stops what the state holds, such as a timer
   */
  constructor(
    readonly create: () => State,
    readonly dispose: (state: State) => void = () => {},
  ) {}
}

/** The filled slots of one peer. */
export class Slots {
  private readonly states = new Map<Slot<unknown>, unknown>();

  /** The state in the slot, which is created if there is none. */
  of<State>(slot: Slot<State>): State {
    const key = slot as Slot<unknown>;
    if (!this.states.has(key)) this.states.set(key, slot.create());
    return this.states.get(key) as State;
  }

  /** The state in the slot; `undefined` if there is none. */
  find<State>(slot: Slot<State>): State | undefined {
    return this.states.get(slot as Slot<unknown>) as State | undefined;
  }

  /** Replaces the state in the slot, which is not disposed of. */
  set<State>(slot: Slot<State>, state: State): void {
    this.states.set(slot as Slot<unknown>, state);
  }

  /** Disposes of the state in the slot. */
  clear<State>(slot: Slot<State>): void {
    const state = this.find(slot);
    if (state !== undefined) slot.dispose(state);
    this.states.delete(slot as Slot<unknown>);
  }

  /** Disposes of the states in all slots. */
  clearAll(): void {
    for (const slot of [...this.states.keys()]) this.clear(slot);
  }
}
