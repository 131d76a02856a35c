import { quote } from "../../application/options/invalid-options.js";
import { describeError } from "../../application/wire/describe-error.js";
import type { Log } from "../../domain/ports/log.js";
import { listenerFailed } from "./log-events.js";

/** A function was called with an invalid argument: an unknown event, or a listener that is not a function. */
export class InvalidArgument extends TypeError {
  override readonly name = "InvalidArgument";
  /** The same in every copy of this module, unlike the class that `instanceof` tests. */
  readonly code = "TIDECAST_INVALID_ARGUMENT";
}

type Listener<News> = (news: News) => unknown;

/** The listeners for the events of a node. Errors of a listener are logged and do not affect others. */
export class EventListeners<Events extends object> {
  /** Each list is replaced by a new one when it changes, so a list that was given out stays as it is. */
  private readonly listeners: { [Name in keyof Events]: readonly ((news: Events[Name]) => void)[] };

  /** @param names of all events */
  constructor(
    private readonly names: readonly (keyof Events & string)[],
    private readonly log: Log,
  ) {
    this.listeners = Object.fromEntries(names.map((name) => [name, []])) as unknown as typeof this.listeners;
  }

  /**
   * Adds a listener. A listener that is added twice is called twice, and removed one by one.
   * @returns a function that removes it
   * @throws {InvalidArgument} for an unknown event, or a listener that is not a function
   */
  add<Name extends keyof Events & string>(name: Name, listener: Listener<Events[Name]>): () => void {
    if (!this.names.includes(name))
      throw new InvalidArgument(
        `unknown event ${quote(name)}; the events are ${this.names.slice(0, -1).join(", ")} and ${this.names.at(-1)}`,
      );
    if (typeof listener !== "function")
      throw new InvalidArgument(
        `a listener for "${name}" must be a function, but it is ${listener === null ? "null" : typeof listener}`,
      );
    const own = (news: Events[Name]) => this.call(name, listener, news);
    this.listeners[name] = [...this.listeners[name], own];
    return () => {
      this.listeners[name] = this.listeners[name].filter((other) => other !== own);
    };
  }

  /**
   * The listeners of this moment, as with Node's `EventEmitter`. A listener that is added during an event waits for the next one,
   * and one that is removed still gets the current event. Each must be called with its own copy of the data.
   */
  snapshot<Name extends keyof Events & string>(name: Name): readonly ((news: Events[Name]) => void)[] {
    return this.listeners[name];
  }

  private call<Name extends keyof Events & string>(
    name: Name,
    listener: Listener<Events[Name]>,
    news: Events[Name],
  ): void {
    const failed = (error: unknown) => this.log.event(listenerFailed({ event: name, reason: describeError(error) }));
    try {
      const result = listener(news);
      // An async function fails later; an object with its own `then` may throw from it.
      if ((typeof result === "object" && result !== null) || typeof result === "function")
        Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
