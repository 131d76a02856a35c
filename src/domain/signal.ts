/**
 * A back edge between two services: one emits, and the other listens, synchronously. All signals are connected in
 * src/composition/connections.ts, so that every cycle between services can be read in one place.
 */
export class Signal<T> {
  private listener: ((event: T) => void) | undefined;

  /** @throws {Error} if a listener is connected already */
  connect(listener: (event: T) => void): void {
    if (this.listener !== undefined) throw new Error("the signal already has a listener");
    this.listener = listener;
  }

  /** Calls the listener; does nothing while there is none. */
  emit(event: T): void {
    this.listener?.(event);
  }
}
