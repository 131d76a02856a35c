/**
 * A back edge between two services: one emits, one listens, at once. All of them are connected in
 * src/composition/connections.ts, so that every circle between services can be read in one place.
 */
export class Signal<T> {
  private listener: ((event: T) => void) | undefined;

  /** @throws {Error} if there is a listener already */
  connect(listener: (event: T) => void): void {
    if (this.listener !== undefined) throw new Error("a signal has one listener");
    this.listener = listener;
  }

  /** Calls the listener; does nothing while there is none. */
  emit(event: T): void {
    this.listener?.(event);
  }
}
