/**
 * A place in each `Peer` for the state that one service keeps about that member. The state ends with the session, or
 * when the member leaves, so no service needs a table of members of its own.
 */
export class Slot<State> {
  /** @param create makes the initial state @param dispose releases what the state holds, such as a timer */
  constructor(
    readonly create: () => State,
    readonly dispose: (state: State) => void = () => {},
  ) {}
}

/** The slots of one peer. */
export class Slots {
  private readonly states = new Map<Slot<unknown>, unknown>();

  /** Returns the state in the slot, and creates it first if there is none. */
  of<State>(slot: Slot<State>): State {
    const key = slot as Slot<unknown>;
    if (!this.states.has(key)) this.states.set(key, slot.create());
    return this.states.get(key) as State;
  }

  /** Returns the state in the slot; `undefined` if there is none. */
  find<State>(slot: Slot<State>): State | undefined {
    return this.states.get(slot as Slot<unknown>) as State | undefined;
  }

  /** Replaces the state in the slot without disposing of the old one. */
  set<State>(slot: Slot<State>, state: State): void {
    this.states.set(slot as Slot<unknown>, state);
  }

  /** Disposes of the state in the slot, if any. */
  clear<State>(slot: Slot<State>): void {
    const state = this.find(slot);
    if (state !== undefined) slot.dispose(state);
    this.states.delete(slot as Slot<unknown>);
  }

  /** Disposes of all states. */
  clearAll(): void {
    for (const slot of [...this.states.keys()]) this.clear(slot);
  }
}
